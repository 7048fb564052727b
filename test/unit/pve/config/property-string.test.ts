import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  buildPropertyString,
  checkPropertyString,
  parsePropertyString,
  printPropertyString,
  PROPERTY_FORMATS,
  type PropertyFormat,
  type PropertyFormatName,
  withProperty,
} from '../../../../src/pve/config/index.ts';
import { keysOf, recordsOf, values } from './arbitrary-values.ts';

const RUNS = { numRuns: 40 };
const FORMATS = Object.entries(PROPERTY_FORMATS) as [PropertyFormatName, PropertyFormat][];

describe('property strings', () => {
  for (const [name, format] of FORMATS) {
    it(`${name}: what is built is read back, equal and to the letter`, () => {
      fc.assert(
        fc.property(recordsOf(format), (record) => {
          const text = buildPropertyString(format, record);
          const parsed = parsePropertyString(format, text);
          assert.deepEqual(parsed.problems, [], text);
          assert.deepEqual(parsed.values, record, text);
          assert.equal(printPropertyString(parsed), text);
          assert.equal(checkPropertyString(name, text, name), undefined);
        }),
        RUNS,
      );
    });

    it(`${name}: an edit changes one key and keeps the rest`, () => {
      const keys = keysOf(format);
      const edits = fc.constantFrom(...keys).chain(([key, property]) => values(key, property).map((value) => ({ key, value })));
      fc.assert(
        fc.property(recordsOf(format), edits, (record, { key, value }) => {
          const text = buildPropertyString(format, record);
          const changed = withProperty(format, text, key, value);
          assert.deepEqual(parsePropertyString(format, changed).values, { ...record, [key]: value }, `${text} → ${changed}`);
          const rest = Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
          const removed = withProperty(format, changed, key, undefined);
          assert.deepEqual(parsePropertyString(format, removed).values, rest, `${changed} → ${removed}`);
        }),
        RUNS,
      );
    });

    it(`${name}: garbage is read without a throw and printed as it came`, () => {
      const names = Object.keys(format.keys);
      const garbage = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(fc.oneof(fc.constantFrom(...names, '=', ',', ';', ' ', '__proto__', 'constructor', '\0'), fc.string()), { maxLength: 12 }).map((parts) => parts.join('')),
      );
      fc.assert(
        fc.property(garbage, (text) => {
          const parsed = parsePropertyString(format, text);
          assert.equal(printPropertyString(parsed), text);
          assert.equal(parsed.problems.length === 0, checkPropertyString(name, text, name) === undefined);
        }),
        RUNS,
      );
    });
  }

  it('reads the short and the old ways of saying things', () => {
    assert.deepEqual(parsePropertyString('pve-qm-net', 'virtio=BC:24:11:2E:C5:01,bridge=vmbr0').values, { model: 'virtio', macaddr: 'BC:24:11:2E:C5:01', bridge: 'vmbr0' });
    assert.deepEqual(parsePropertyString('pve-qm-scsi', 'local-lvm:vm-100-disk-0,size=32G').values, { file: 'local-lvm:vm-100-disk-0', size: 32 * 1024 ** 3 });
    assert.deepEqual(parsePropertyString('pve-qm-scsi', 'volume=local:1/a.qcow2,iops_rd_length=5').values, { file: 'local:1/a.qcow2', iops_rd_max_length: 5 });
    assert.deepEqual(parsePropertyString('pve-qm-agent', 'yes,fstrim_cloned_disks=on').values, { enabled: true, fstrim_cloned_disks: true });
  });

  it('edits a network card without losing its address or its place', () => {
    const card = 'virtio=BC:24:11:2E:C5:01,bridge=vmbr0,firewall=1';
    assert.equal(withProperty('pve-qm-net', card, 'model', 'e1000'), 'e1000=BC:24:11:2E:C5:01,bridge=vmbr0,firewall=1');
    assert.equal(withProperty('pve-qm-net', card, 'bridge', 'vmbr1'), 'virtio=BC:24:11:2E:C5:01,bridge=vmbr1,firewall=1');
    assert.equal(withProperty('pve-qm-net', card, 'tag', 20), `${card},tag=20`);
    assert.throws(() => withProperty('pve-qm-net', card, 'bridge', 'a,link_down=1'), /illegal value with commas/);
    assert.throws(() => withProperty('pve-qm-net', card, 'brigde', 'vmbr1'), /invalid key 'brigde'/);
  });

  it("tells what is wrong in Proxmox's words and where", () => {
    const [problem] = parsePropertyString('pve-qm-net', 'virtio,bridge=vmbr0,tag=9999').problems;
    assert.deepEqual(problem, { key: 'tag', message: 'value must have a maximum value of 4094', kind: 'value', start: 24, end: 28 });
    assert.equal(
      checkPropertyString('pve-qm-net', 'bridge=vmbr0,tag=x', 'net0'),
      "invalid format - format error\nnet0.model: property is missing and it is not optional\nnet0.tag: type check ('integer') failed - got 'x'\n",
    );
    assert.equal(checkPropertyString('pve-qm-net', 'virtio,bogus=1', 'net0'), 'invalid format - invalid key in comma-separated list property: bogus\n');
    assert.equal(checkPropertyString('pve-startup-order', 'order=a', 'startup'), 'invalid format - unable to parse startup options\n');
  });

  it('reads a megabyte of commas in a moment', () => {
    const text = ','.repeat(1_000_000);
    const before = performance.now();
    assert.equal(printPropertyString(parsePropertyString('pve-qm-scsi', text)), text);
    assert.ok(performance.now() - before < 5000);
  });
});
