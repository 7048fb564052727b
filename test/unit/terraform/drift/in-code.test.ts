import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { codePath, codeValue, type Difference, type HclParser, isSaid, updateCode } from '../../../../src/terraform/index.ts';
import { testHclParser } from '../../../support/hcl.ts';

const ADDRESS = 'proxmox_virtual_environment_vm.web';
const CODE = `# Ours.
resource "proxmox_virtual_environment_vm" "web" {
  name      = var.name
  node_name = "pve1"

  memory {
    dedicated = 2048 # MiB
  }

  disk {
    interface = "scsi1"
    size      = 16
  }

  # The first in the state.
  disk {
    interface = "scsi0"
    size      = 8
  }

  lifecycle {
    ignore_changes = [description, cpu[0].flags]
  }
}

locals { last = 1 }
`;
const resource = {
  type: 'proxmox_virtual_environment_vm', name: 'web',
  attributes: { memory: [{ dedicated: 2048 }], disk: [{ interface: 'scsi0', size: 8 }, { interface: 'scsi1', size: 16 }] },
};
const differs = (path: string, state: unknown, cluster: unknown, kind: Difference['kind'] = 'attribute'): Difference => ({ path, state, cluster, kind });

describe('Taking drift into the code', () => {
  let parser: HclParser;
  before(async () => {
    parser = await testHclParser();
  });
  after(() => parser.dispose());
  const update = (...differences: Difference[]): ReturnType<typeof updateCode> => updateCode((text, old) => parser.parse(text, old), parser.parse(CODE), resource, differences);

  it('finds a disk by its interface, wherever the code has it', () => {
    assert.equal(codePath(parser.parse(CODE), resource, 'disk[0].size'), 'disk[1].size');
    assert.equal(update(differs('disk[0].size', 8, 32)).text, CODE.replace('size      = 8\n', 'size      = 32\n'));
  });

  it('adds and removes blocks, and attributes', () => {
    const { text, left } = update(differs('disk[2]', undefined, { interface: 'scsi2', size: 4 }, 'block-added'), differs('disk[1]', { interface: 'scsi1' }, undefined, 'block-removed'), differs('tags', [], ['blue']));
    assert.deepEqual(left, []);
    assert.doesNotMatch(text, /scsi1/);
    assert.match(text, /size {6}= 8\n {2}\}\n\n {2}disk \{\n {4}interface = "scsi2"\n {4}size {6}= 4\n {2}\}\n/);
    assert.match(text, /node_name = "pve1"\n {2}tags {6}= \["blue"\]\n/);
  });

  it('says what it cannot write, and why', () => {
    const { text, left } = update(differs('name', 'web', 'db'), differs('memory[0].dedicated', 2048, 4096));
    assert.equal(text, CODE.replace('2048', '4096'));
    assert.deepEqual(left.map(({ difference, why }) => [difference.path, why]), [['name', 'The value comes from var.name; change it there, or write the value in its place.']]);
  });

  it('takes nothing for drift that the code says already or leaves to the cluster', () => {
    const document = parser.parse(CODE);
    assert.ok(isSaid(document, resource, differs('memory[0].dedicated', 1024, 2048)));
    assert.ok(!isSaid(document, resource, differs('memory[0].dedicated', 2048, 1024)));
    assert.ok(isSaid(document, resource, differs('description', '', 'By hand')));
    assert.ok(isSaid(document, resource, differs('cpu[0].flags', [], ['+aes'])));
    assert.ok(!isSaid(document, resource, differs('cpu[0].cores', 1, 2)));
  });

  it('makes the code say any values of the cluster, and changes no other line', () => {
    const value = fc.record({
      'memory[0].dedicated': fc.integer({ min: 16, max: 1e6 }), 'disk[0].size': fc.integer({ min: 1, max: 9999 }), 'disk[1].size': fc.integer({ min: 1, max: 9999 }), 'node_name': fc.string({ unit: 'grapheme', maxLength: 20 }),
    }, { requiredKeys: [] });
    fc.assert(fc.property(value, (values) => {
      const differences = Object.entries(values).map(([path, cluster]) => differs(path, undefined, cluster));
      const { text, left } = update(...differences);
      const document = parser.parse(text);
      assert.deepEqual([left, document.problems], [[], []]);
      for (const { path, cluster } of differences) assert.deepEqual(codeValue(document, ADDRESS, codePath(document, resource, path)), { kind: 'literal', value: cluster });
      const before = CODE.split('\n');
      const changed = text.split('\n').flatMap((line, index) => (line === before[index] ? [] : [before[index]]));
      assert.ok(changed.length <= differences.length);
      assert.ok(changed.every((line) => /dedicated|size|node_name/.test(line ?? '')));
    }));
  });
});
