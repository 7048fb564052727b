import { strict as assert } from 'node:assert';
import { before, describe, it } from 'mocha';
import type { HclParser } from '../../../../src/terraform/index.ts';
import { declarationsMatching, folds, outline, type OutlineSymbol, tokens } from '../../../../src/terraform/language/index.ts';
import { testHclParser } from '../../../support/hcl.ts';
import { markedFolders } from './marked-folders.ts';

const text = `# What all guests
# have in common.
locals {
  tags = [
    "web",
    upper(var.stage),
  ]
}

#region Guests
resource "proxmox_virtual_environment_vm" "web" {
  for_each = { for name, one in var.guests : name => one if one.on }
  name     = each.key # the key
  tags     = concat(local.tags, [module.net.zone])

  dynamic "disk" {
    for_each = each.value.disks
    content {
      interface = disk.key
    }
  }

  memory { dedicated = 2048 }
}
#endregion

variable "guests" {
  type = map(object({ on = bool }))
}
`;

describe('the structure of a Terraform file', () => {
  let parser: HclParser;
  before(async () => void (parser = await testHclParser()));

  it('shows as an outline', () => {
    const lines = (symbols: readonly OutlineSymbol[], indent = ''): string[] => symbols.flatMap(({ name, kind, detail, children }) => [`${indent}${kind} ${name} ${detail}`.trimEnd(), ...lines(children, `${indent}  `)]);
    assert.deepEqual(lines(outline(parser.parse(text))), [
      'block locals',
      '  local local.tags',
      'resource proxmox_virtual_environment_vm.web resource',
      '  attribute for_each',
      '  attribute name',
      '  attribute tags',
      '  block dynamic "disk"',
      '    attribute for_each',
      '    block content',
      '      attribute interface',
      '  block memory',
      '    attribute dedicated 2048',
      'variable var.guests variable',
      '  attribute type',
    ]);
    for (const { range, selection } of outline(parser.parse(text))) assert.ok(range.start.line <= selection.start.line && selection.end.line <= range.end.line);
  });

  it('folds', () => {
    const all = folds(parser.parse(text)).map(({ start, end, kind }) => `${start + 1}-${end + 1} ${kind}`);
    assert.deepEqual(all, ['1-2 comment', '3-7 code', '4-6 code', '10-25 region', '11-23 code', '16-20 code', '18-19 code', '27-28 code']);
  });

  it('has words that mean something', () => {
    const words = tokens(parser.parse(text)).map(({ range, type, modifiers }) => `${range.start.line + 1} ${text.split('\n')[range.start.line]!.slice(range.start.character, range.end.character).replaceAll('"', '')} ${[type, ...modifiers].join('.')}`);
    const line = (number: number): string[] => words.filter((word) => word.startsWith(`${number} `)).map((word) => word.slice(String(number).length + 1));
    assert.deepEqual(line(4), ['tags variable.declaration.readonly']);
    assert.deepEqual(line(6), ['upper function.defaultLibrary', 'var variable.defaultLibrary', 'stage parameter']);
    assert.deepEqual(line(11), ['resource keyword', 'proxmox_virtual_environment_vm class', 'web variable.declaration']);
    assert.deepEqual(line(12).filter((word) => word.startsWith('one')), ['one variable', 'one variable']);
    assert.deepEqual(line(14), ['tags property', 'concat function.defaultLibrary', 'local variable.defaultLibrary', 'tags variable.readonly', 'module variable.defaultLibrary', 'net namespace', 'zone property']);
    assert.deepEqual(line(19), ['interface property', 'disk variable', 'key property']);
    assert.deepEqual(line(28), ['type property', 'map type.defaultLibrary', 'object type.defaultLibrary', 'on property', 'bool type']);
  });

  it('is found by its names in the whole workspace', async () => {
    const { modules } = await markedFolders({ '/p/a.tf': `${text}‸`, '/p/b/c.tf': 'variable "web" {}\n' });
    const names = (query: string, limit = 100): string[] => declarationsMatching(modules, query, limit).map(({ address }) => address);
    assert.deepEqual(names('web'), ['proxmox_virtual_environment_vm.web', 'var.web']);
    assert.deepEqual(names('pve vm'), ['proxmox_virtual_environment_vm.web']);
    assert.equal(names('', 2).length, 2);
  });
});
