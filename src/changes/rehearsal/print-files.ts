import { encodeText } from '../../pve/config/index.ts';

/** One section of a file like `storage.cfg`. */
export interface Section {
  readonly type: string;
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** As PVE::SectionConfig writes them. Options whose values cannot stand in a line are left out. @param escaped whether comments are */
export function printSections(sections: readonly Section[], escaped: boolean): string {
  return sections.map(({ type, id, options }) => {
    const lines = Object.entries(options).flatMap(([name, value]) => {
      const text = valueText(value);
      return text === undefined ? [] : [`\t${name} ${escaped && name === 'comment' ? encodeText(text) : text}`.trimEnd()];
    });
    return `${type}: ${id}\n${lines.map((line) => `${line}\n`).join('')}\n`;
  }).join('');
}

/** `<name>: <value>` lines: `datacenter.cfg`, the nodes' `config`. */
export function printOptions(options: Readonly<Record<string, unknown>>): string {
  return Object.entries(options).flatMap(([name, value]) => {
    const text = valueText(value);
    return text === undefined ? [] : [`${name}: ${text}\n`];
  }).join('');
}

/** A value as files have it; the API tells some property strings taken apart. Undefined when it cannot be told in a line. */
function valueText(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined || /[\n\r]/.test(text) ? undefined : text;
}

function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string': return value;
    case 'number': return String(value);
    case 'boolean': return value ? '1' : '0';
    case 'object': {
      if (value === null) return undefined;
      if (Array.isArray(value)) return value.map((each) => textOf(each) ?? '').join(';');
      return Object.entries(value).flatMap(([name, part]) => {
        const text = textOf(part);
        return text === undefined ? [] : [`${name}=${text}`];
      }).join(',');
    }
    default: return undefined;
  }
}

/** A pool's line in `user.cfg`. */
export function printPool(pool: { readonly id: string; readonly comment?: string | undefined; readonly guests: readonly number[]; readonly storages: readonly string[] }): string {
  return `pool:${pool.id}:${encodeText(pool.comment ?? '')}:${pool.guests.join(',')}:${pool.storages.join(',')}:\n`;
}
