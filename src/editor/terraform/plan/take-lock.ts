import { showWarningMessage } from '../../notices/index.ts';
import { forceUnlock, type LockHolder } from '../../../terraform/index.ts';
import { visible } from '../../text/index.ts';
import type { ProjectEnvironment } from '../projects/index.ts';

/** Says who holds the lock of a state, and takes it away when that can be done and the person confirms it. @returns whether it was. @throws TerraformFailed */
export async function takeLock({ terraform, folder, environment }: ProjectEnvironment, { id, who, created, operation, untilProcessEnds }: LockHolder): Promise<boolean> {
  const unlock = { title: 'Force Unlock' };
  const held = [
    `Held by: ${who === undefined ? 'this backend does not tell' : visible(who, 80)}`,
    ...(created === undefined ? [] : [`Since: ${created.toLocaleString()}`]),
    ...(operation === undefined ? [] : [`For: ${visible(operation.replace(/^OperationType/, '').toLowerCase(), 40)}`]),
    `Lock: ${visible(id, 80)}`,
  ];
  if (untilProcessEnds) {
    // Terraform would refuse for a file, and do nothing in a database.
    const own = 'The lock is that Terraform’s own, and nobody can take it away. It is free as soon as that is done, or ended.';
    await showWarningMessage(`${visible(who ?? 'Another Terraform', 80)} holds the lock of the state.`, { modal: true, detail: `${held.join('\n')}\n\n${own}` });
    return false;
  }
  const detail = `${held.join('\n')}\n\nIf somebody still works on the state, both may spoil it.`;
  if ((await showWarningMessage(`Take the lock of the state away from ${visible(who ?? 'whoever holds it', 80)}?`, { modal: true, detail }, unlock)) !== unlock) return false;
  await forceUnlock(terraform.path, id, { folder, environment });
  return true;
}
