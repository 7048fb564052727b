import { strict as assert } from 'node:assert';

/** Looks again and again until it holds. @param seconds after which it is taken for failed */
export async function eventually(holds: () => Promise<boolean>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (!(await holds())) {
    assert(Date.now() < end, 'it never came to be');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
