import '../../../support/property-seed.ts';
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { complete, diagnose, hover } from '../../../../src/terraform/language/index.ts';
import { moduleOf } from './stage.ts';

const VM = 'proxmox_virtual_environment_vm';
const vm = (name: string, body: string): string => `resource "${VM}" "${name}" {\n  node_name = "pve1"\n${body}}\n\n`;
const first = vm('first', '  bios = "uefi"\n');
const middle = vm('middle', '  name = "a-${var.stage}"\n  vm_id = 300\n  disk {\n    interface = "scsi0"\n    datastore_id = "vmdata"\n  }\n  tags = [for tag in ["a", "b"] : upper(tag)]\n  description = <<-EOT\n    text\n  EOT\n');
const last = vm('last', '  pool_id = "lvie"\n');
const variables = { 'variables.tf': 'variable "stage" {}\n' };

/** What is found beyond the resource in the middle, as text. */
function around(text: string): string[] {
  const lastLine = text.slice(0, text.lastIndexOf(last)).split('\n').length - 1;
  return diagnose(moduleOf({ 'main.tf': text, ...variables }), '/p/main.tf').flatMap(({ range, code }) => {
    if (range.start.line < first.split('\n').length - 1) return [`first ${String(range.start.line)} ${code}`];
    return range.start.line >= lastLine ? [`last ${String(range.start.line - lastLine)} ${code}`] : [];
  });
}
/** Asks for everything at a place; only fails by throwing. */
function askAt(text: string, offset: number): void {
  const before = text.slice(0, offset);
  const position = { line: before.split('\n').length - 1, character: before.length - (before.lastIndexOf('\n') + 1) };
  const terraform = moduleOf({ 'main.tf': text, ...variables });
  diagnose(terraform, '/p/main.tf');
  for (const { range } of complete(terraform, '/p/main.tf', position)) {
    assert.ok(range.start.line === position.line && range.end.line === position.line && range.start.character <= position.character && range.end.character >= position.character);
  }
  hover(terraform, '/p/main.tf', position);
}

describe('language features around broken Terraform code', () => {
  const whole = around(first + middle + last);

  it('find the same in what is not broken, wherever the broken resource ends', () => {
    assert.deepEqual(whole, ['first 2 wrong-value', 'last 2 no-such-pool']);
    fc.assert(fc.property(fc.integer({ min: 0, max: middle.length }), (cut) => assert.deepEqual(around(`${first}${middle.slice(0, cut)}\n${last}`), whole)), { numRuns: 150 });
  });

  it('never fail, whatever is typed and wherever', () => {
    const text = first + middle + last;
    const garbage = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('"', '{', '}', '${', '%{', '<<EOT\n', '[', '(', '=', '/*', '\r\n', '\\', '"${', '…'));
    fc.assert(fc.property(fc.integer({ min: 0, max: text.length }), garbage, (at, put) => askAt(text.slice(0, at) + put + text.slice(at), at + put.length)), { numRuns: 200 });
    fc.assert(fc.property(fc.integer({ min: 0, max: text.length }), (at) => askAt(text.slice(0, at), at)), { numRuns: 100 });
  });
});
