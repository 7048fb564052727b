const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** `web-2` before `web-10`, without regard to case; equal ones by code unit, so that the order is total. */
export function naturalOrder(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}
