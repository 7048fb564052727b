import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { isAlias, isScalarFormat, optionOf, PROPERTY_FORMATS, type ConfigKind } from '../../../../src/pve/config/index.ts';
import { loadPveSchema, schemaAbsent } from '../../../support/pve-schema.ts';

interface Declared {
  readonly type?: string;
  readonly format?: string | Readonly<Record<string, Declared>>;
  readonly alias?: string;
  readonly keyAlias?: string;
  readonly optional?: number;
  readonly default_key?: number;
  readonly enum?: readonly string[];
  readonly minimum?: number | string;
  readonly maximum?: number | string;
  readonly maxLength?: number | string;
  readonly pattern?: string;
}

/** Named formats in the schema that are property strings; of these it tells the name only. */
const NAMED = [
  'backup-fleecing', 'backup-performance', 'proxmox-remote', 'prune-backups', 'pve-qemu-sev-fmt', 'pve-qemu-tdx-fmt', 'pve-qm-boot', 'pve-qm-cicustom',
  'pve-qm-hostpci', 'pve-qm-ide', 'pve-qm-ipconfig', 'pve-qm-rng', 'pve-qm-smbios1', 'pve-qm-watchdog', 'pve-sdn-dhcp-range', 'pve-startup-order',
  'pve-tfa-config', 'pve-vm-cpu-conf', 'realm-sync-options',
];

function* nodes(value: unknown, where: string): Generator<{ readonly where: string; readonly node: Declared }> {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value && typeof value.type === 'string') yield { where, node: value as Declared };
  for (const [key, child] of Object.entries(value)) yield* nodes(child, `${where}/${key}`);
}

/** How one key is declared, in words that can be compared. */
function describeKey(declared: Declared): object {
  if (declared.alias !== undefined) return { alias: declared.alias, keyAlias: declared.keyAlias };
  const number = (value: number | string | undefined): number | undefined => (value === undefined ? undefined : Number(value));
  return {
    type: declared.type,
    required: !declared.optional,
    defaultKey: Boolean(declared.default_key),
    enum: declared.enum,
    minimum: number(declared.minimum),
    maximum: number(declared.maximum),
    maxLength: number(declared.maxLength),
    // Formats that only the cluster can check are free text here.
    format: typeof declared.format === 'string' && isScalarFormat(declared.format) ? declared.format : undefined,
    pattern: declared.pattern !== undefined,
  };
}

function describeOurs(name: keyof typeof PROPERTY_FORMATS): Record<string, object> {
  return Object.fromEntries(
    Object.entries(PROPERTY_FORMATS[name].keys).map(([key, property]) => [
      key,
      isAlias(property)
        ? { alias: property.alias, keyAlias: property.keyAlias }
        : {
            type: property.type,
            required: Boolean(property.required),
            defaultKey: Boolean(property.defaultKey),
            enum: property.enum,
            minimum: property.minimum,
            maximum: property.maximum,
            maxLength: property.maxLength,
            format: property.format,
            pattern: property.pattern !== undefined,
          },
    ]),
  );
}

const sameKeys = (a: object, b: object): boolean => Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => Object.hasOwn(b, key));

describe('the codec against the API schema of 9.2', () => {
  if (schemaAbsent !== undefined) {
    it(`is not checked: ${schemaAbsent}`, () => console.log(schemaAbsent));
    return;
  }
  const schema = loadPveSchema();
  const declared = schema.operations.flatMap(({ method, path }) => [...nodes(schema.operation(method, path), `${method} ${path}`)]);

  it('has every property string that the schema spells out, key by key', () => {
    const inline = declared.filter(({ node }) => typeof node.format === 'object');
    assert.ok(inline.length > 100);
    const ours = (Object.keys(PROPERTY_FORMATS) as (keyof typeof PROPERTY_FORMATS)[]).map(describeOurs);
    const seen = new Set<string>();
    for (const { where, node } of inline) {
      const keys = Object.fromEntries(Object.entries(node.format as Record<string, Declared>).map(([key, value]) => [key, describeKey(value)]));
      const text = JSON.stringify(keys);
      if (seen.has(text)) continue;
      seen.add(text);
      // A stored drive is the same as one in a request, but for `import-from`.
      const candidates = ours.flatMap((format) => {
        const { 'import-from': importFrom, ...stored } = format;
        return importFrom === undefined ? [format] : [format, stored];
      }).filter((format) => sameKeys(format, keys));
      assert.ok(candidates.length > 0, `${where}: no format with the keys ${Object.keys(keys).join(', ')}`);
      const same = candidates.some((format) => JSON.stringify(Object.entries(format).sort()) === JSON.stringify(Object.entries(keys).sort()));
      if (!same) assert.deepEqual(candidates[0], keys, where);
    }
  });

  it('has every property string that the schema names', () => {
    const names = new Set(declared.flatMap(({ node }) => (typeof node.format === 'string' ? [node.format] : [])));
    for (const name of NAMED) {
      assert.ok(names.has(name), `${name} is in the schema`);
      assert.ok(Object.hasOwn(PROPERTY_FORMATS, name), `${name} is in PROPERTY_FORMATS`);
    }
  });

  for (const kind of ['qemu', 'lxc'] as const satisfies ConfigKind[]) {
    it(`knows every option of ${kind} with its type`, () => {
      const config = schema.operation('GET', `/nodes/{node}/${kind}/{vmid}/config`)?.returns as { properties: Record<string, Declared> };
      const names = Object.keys(config.properties).filter((name) => name !== 'digest' && name !== 'lxc');
      assert.ok(names.length > 30);
      for (const name of names) {
        const option = optionOf(kind, name.replace('[n]', '0'));
        assert.equal(option?.type, config.properties[name]?.type, name);
        const format = config.properties[name]?.format;
        if (typeof format === 'object') assert.ok(option?.properties !== undefined, `${name} is a property string`);
      }
    });
  }
});
