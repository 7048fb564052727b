/** The raw `lxc.*` lines of a container, taken from the `lxc` option: `[key, value]` in file order, as `GET …/config` shows them. */
export function parseRawLines(option: string): [key: string, value: string][] {
  return option
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
    });
}

/** The `lxc` option that holds these lines. */
export function printRawLines(lines: readonly (readonly [key: string, value: string])[]): string {
  return lines.map(([key, value]) => `${key}: ${value}`).join('\n');
}
