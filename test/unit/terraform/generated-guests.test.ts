import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { optionOf, parseGuestConfig, parsePropertyString } from '../../../src/pve/config/index.ts';
import { everySetting, generatedGuests, UNREADABLE } from '../../support/generated-guests.ts';
import { loadPveSchema, schemaAbsent } from '../../support/pve-schema.ts';
import type { SchemaNode } from '../../support/pve-schema-value.ts';

type Kind = 'qemu' | 'lxc';

/** What no generated guest has, and why; anything else missing fails the test. */
const NEVER: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  qemu: {
    'cpu.reported-model': 'Proxmox takes it for custom CPU models only',
    ...Object.fromEntries(['efidisk0', 'ide[n]', 'sata[n]', 'scsi[n]', 'tpmstate0', 'virtio[n]'].flatMap((drive) => [
      [`${drive}.format`, "the volume's name ends in it, or the storage has one format"],
      [`${drive}.import-from`, 'told when a disk is made, and never kept'],
    ])),
  },
  lxc: {},
};

/** What a request can say that is no setting which a guest keeps. */
const NO_SETTING: Readonly<Record<Kind, Readonly<Record<string, string>>>> = {
  qemu: {
    ...Object.fromEntries(['delete', 'digest', 'force', 'node', 'revert', 'skiplock', 'vmid'].map((name) => [name, 'of the request'])),
    cdrom: 'becomes ide2 when it is read', lock: 'a state and no setting', smp: 'long replaced by sockets and cores; Proxmox does not write it',
  },
  lxc: { ...Object.fromEntries(['delete', 'digest', 'node', 'revert', 'vmid'].map((name) => [name, 'of the request'])), lock: 'a state and no setting' },
};

describe('Generated guests', function () {
  this.timeout(120_000);
  const files = generatedGuests(100, 1);
  const configsOf = (kind: Kind): (readonly [path: string, text: string])[] => [...files].filter(([path]) => path.includes(kind === 'qemu' ? '/qemu-server/' : '/lxc/'));
  /** The options that some have, and the keys of those that are property strings. */
  const had = (kind: Kind): ReadonlySet<string> => {
    const found = new Set<string>();
    for (const [, text] of configsOf(kind)) {
      for (const [name, value] of parseGuestConfig(kind, text).config.current) {
        const family = optionOf(kind, name)?.count === undefined ? name : name.replace(/\d+$/, '[n]');
        found.add(family);
        const format = optionOf(kind, name)?.properties;
        if (format !== undefined) for (const key of Object.keys(parsePropertyString(format, value).values)) found.add(`${family}.${key}`);
      }
    }
    return found;
  };

  for (const kind of ['qemu', 'lxc'] as const) {
    it(`of the kind ${kind} have every option, and every key of each`, () => {
      assert.equal(configsOf(kind).length, 50 + UNREADABLE.filter((each) => each.kind === kind).length);
      const walked = had(kind);
      assert.deepEqual(everySetting(kind).filter((name) => !walked.has(name)).toSorted(), Object.keys(NEVER[kind]).toSorted());
    });

    it(`of the kind ${kind} have every option that the API's schema has, or it says here why not`, () => {
      if (schemaAbsent !== undefined) return void console.log(`      ${schemaAbsent}`);
      const operation = loadPveSchema().operation('PUT', `/nodes/{node}/${kind}/{vmid}/config`);
      const walked = had(kind);
      const excused = new Set([...Object.keys(NEVER[kind]), ...Object.keys(NO_SETTING[kind])]);
      const inSchema = Object.entries(operation?.parameters.properties ?? {}).flatMap(([name, node]) => [name, ...(name in NO_SETTING[kind] ? [] : keysOf(node).map((key) => `${name}.${key}`))]);
      assert.ok(inSchema.length > 80, `${String(inSchema.length)} names`);
      assert.deepEqual(inSchema.filter((name) => !walked.has(name) && !excused.has(name)), []);
      assert.deepEqual(Object.keys(NO_SETTING[kind]).filter((name) => !inSchema.includes(name)), [], 'excused for nothing');
    });

    it(`of the kind ${kind} are what Proxmox itself would write`, () => {
      for (const [path, text] of configsOf(kind)) assert.deepEqual(parseGuestConfig(kind, text).problems, [], path);
    });
  }

  it('are the same ones for the same seed', () => {
    const again = generatedGuests(4, 1);
    assert.deepEqual(again.get('nodes/pve1/qemu-server/1000.conf'), files.get('nodes/pve1/qemu-server/1000.conf'));
  });
});

/** The keys of a property string, but for what only stands for one of the others. */
function keysOf({ format }: SchemaNode): string[] {
  return typeof format === 'object' ? Object.entries(format).flatMap(([key, { alias }]) => (alias === undefined ? [key] : [])) : [];
}
