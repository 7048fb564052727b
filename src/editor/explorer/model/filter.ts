import type { GuestRow, NodeRow } from '../../../inventory/index.ts';
import type { StorageEntry } from './storages.ts';

/** Words that all have to be found; `field:word` looks in that field only. */
export interface Filter {
  readonly isEmpty: boolean;
  guest(row: GuestRow): boolean;
  node(row: NodeRow): boolean;
  storage(entry: StorageEntry): boolean;
  /** Where the words without a field occur in a label: [start, end) pairs, in order and apart from each other. */
  highlights(label: string): [number, number][];
}

const fields = ['name', 'vmid', 'node', 'pool', 'tag', 'status', 'type'] as const;
type Field = (typeof fields)[number];

interface Term {
  readonly field: Field | undefined;
  /** Lower case. */
  readonly word: string;
}

const kinds = { qemu: 'qemu vm', lxc: 'lxc ct container' } as const;

/** Reads what a person types into the filter box: `web tag:prod status:running`. Case does not matter. */
export function parseFilter(text: string): Filter {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean).map(parseTerm).filter(({ word }) => word !== '');
  const all = (valueOf: (field: Field) => string | undefined): boolean =>
    terms.every(({ field, word }) => (field === undefined ? fields.some((name) => valueOf(name)?.includes(word)) : (valueOf(field)?.includes(word) ?? false)));
  return {
    isEmpty: terms.length === 0,
    guest: (row) => all((field) => guestText(row, field)),
    node: (row) => all((field) => (field === 'name' || field === 'node' ? row.node.toLowerCase() : field === 'status' ? row.status : field === 'type' ? 'node' : undefined)),
    storage: (entry) =>
      all((field) =>
        field === 'name' ? entry.storage.toLowerCase() : field === 'node' && !entry.shared ? entry.nodes.join(' ').toLowerCase() : field === 'type' ? `storage ${entry.plugintype ?? ''}` : undefined,
      ),
    highlights: (label) => highlight(label.toLowerCase(), terms),
  };
}

function parseTerm(word: string): Term {
  const colon = word.indexOf(':');
  const field = colon > 0 ? fields.find((name) => name === word.slice(0, colon)) : undefined;
  return field === undefined ? { field, word } : { field, word: word.slice(colon + 1) };
}

function guestText(row: GuestRow, field: Field): string | undefined {
  switch (field) {
    case 'name': return row.name.toLowerCase();
    case 'vmid': return String(row.vmid);
    case 'node': return row.node.toLowerCase();
    case 'pool': return row.pool?.toLowerCase();
    case 'tag': return row.tags.join(' ').toLowerCase();
    case 'status': return row.lock === undefined ? row.status : `${row.status} locked ${row.lock}`;
    case 'type': return row.template ? `${kinds[row.kind]} template` : kinds[row.kind];
  }
}

function highlight(label: string, terms: readonly Term[]): [number, number][] {
  const found: [number, number][] = [];
  for (const { field, word } of terms) {
    if (field !== undefined && field !== 'name' && field !== 'vmid') continue;
    const start = label.indexOf(word);
    if (start !== -1) found.push([start, start + word.length]);
  }
  found.sort((a, b) => a[0] - b[0]);
  return found.filter(([start], index) => index === 0 || start >= (found[index - 1]?.[1] ?? 0));
}
