import '../../../support/property-seed.ts';
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { complete, diagnose } from '../../../../src/terraform/language/index.ts';
import type { HclDocument } from '../../../../src/terraform/syntax/index.ts';
import { cluster, parser, schemas } from './stage.ts';

const VM = 'proxmox_virtual_environment_vm';
const pieces = [
  `resource "${VM}" "a" {\n  node_name = "pve1"\n  vm_id = 300\n}\n`,
  `resource "${VM}" "b" {\n  node_name = "pve9"\n  vm_id = 300\n  pool_id = "fresh"\n}\n`,
  `resource "${VM}" "c" {\n  node_name = var.node\n  vm_id = 100\n  tags = local.tags\n}\n`,
  'resource "proxmox_virtual_environment_pool" "p" {\n  pool_id = "fresh"\n}\n',
  'variable "node" {}\n', 'variable "nod" {\n  default = "pve1"\n}\n', 'locals {\n  tags = ["a"]\n}\n', `import {\n  id = "pve1/100"\n  to = ${VM}.c\n}\n`,
  `resource "${VM}" "d" {\n  count = local.n\n  node_name = local.node\n  vm_id = 299 + count.index\n}\n`, 'locals {\n  n = 2\n  node = local.other\n}\n', 'locals {\n  other = "pve8"\n}\n',
  'provider "proxmox" {}\n', 'resource "proxmox_virtual_environment_pool" "q" {\n  pool_id = var.nod\n}\n',
  'module "a" {\n  source = "./guest"\n  id = 300\n}\n', 'module "b" {\n  source = "./guest"\n  count = local.n\n  id = 299 + count.index\n}\n',
  `output "x" {\n  value = ${VM}.a.id\n}\n`, '}\n', '"', '{\n', '  bios = "uefi"\n', '# c\n',
];
const files = ['/p/a.tf', '/p/b.tf'];
const none: ReadonlySet<number> = new Set();
const guest = { folder: '/p/guest', files: new Map([['/p/guest/main.tf', parser.parse(`variable "id" {}\nresource "${VM}" "this" {\n  vm_id = var.id\n}\n`)]]) };
const modules = { of: (folder: string) => (folder === guest.folder ? guest : undefined), all: () => [guest] };

describe('what is remembered of Terraform code', () => {
  it('is the same, whatever was typed before, as what is found anew', () => {
    const piece = fc.constantFrom(...pieces);
    const edit = fc.record({ file: fc.constantFrom(...files), at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(40), insert: fc.array(piece, { maxLength: 2 }), look: fc.boolean() });
    fc.assert(fc.property(fc.array(piece, { maxLength: 8 }), fc.array(edit, { minLength: 1, maxLength: 8 }), (start, edits) => {
      const texts = new Map(files.map((file, index) => [file, index === 0 ? start.join('') : '']));
      const documents = new Map<string, HclDocument>([...texts].map(([file, text]) => [file, parser.parse(text)]));
      const module = (of: ReadonlyMap<string, HclDocument>) => ({ module: { folder: '/p', files: of }, modules, schemas, cluster, managed: undefined });
      const found = (of: ReadonlyMap<string, HclDocument>) => files.map((file) => diagnose({ ...module(of), managed: none }, file));
      for (const { file, at, remove, insert, look } of edits) {
        const text = texts.get(file) ?? '';
        const from = Math.floor(at * text.length);
        texts.set(file, text.slice(0, from) + insert.join('') + text.slice(from + remove));
        documents.set(file, parser.parse(texts.get(file) ?? '', documents.get(file)));
        if (!look) continue;
        const anew = new Map([...texts].map(([name, whole]) => [name, parser.parse(whole)]));
        assert.deepEqual(found(documents), found(anew));
        const end = { line: (texts.get(file) ?? '').split('\n').length - 1, character: 0 };
        assert.deepEqual(complete(module(documents), file, end), complete(module(anew), file, end));
      }
    }), { numRuns: 150 });
  });

  it('is only what has to do with what was typed', () => {
    const resource = (number: number): string => `resource "${VM}" "vm${String(number)}" {\n  node_name = "pve1"\n  vm_id = ${String(1000 + number)}\n}\n`;
    const text = Array.from({ length: 200 }, (_, number) => resource(number)).join('');
    let asked = 0;
    const counting = { ...schemas, resource: (type: string) => (asked++, schemas.resource(type)) };
    const look = (document: HclDocument) => diagnose({ module: { folder: '/p', files: new Map([['/p/a.tf', document]]) }, schemas: counting, cluster, managed: none }, '/p/a.tf');
    const first = parser.parse(text);
    assert.deepEqual(look(first), []);
    asked = 0;
    const twice = parser.parse(text.replace('= 1100', '= 1101'), first);
    assert.deepEqual(look(twice).map(({ code }) => code), ['duplicate-vmid', 'duplicate-vmid']);
    assert.ok(asked > 0 && asked < 10, `the schema was asked ${String(asked)} times`);
    assert.deepEqual(look(parser.parse(text, twice)), []);
  });
});

