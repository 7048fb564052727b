import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { diagnose, hover } from '../../../../src/terraform/language/index.ts';
import { markedModule, moduleOf } from './stage.ts';

const VM = 'proxmox_virtual_environment_vm';
const code = {
  'variables.tf': 'variable "node" {\n  type = string\n  description = "Where *it* runs"\n  default = "pve1"\n}\nvariable "cores" {\n  type = number\n}\nvariable "tags" {\n  type = list(string)\n  default = []\n}\nvariable "disk" {\n  type = object({ size = number, ssd = optional(bool) })\n}\nvariable "pass" {\n  sensitive = true\n  default = "secret"\n}\n',
  'main.tf': `resource "${VM}" "web" {\n  node_name = var.node\n}\n`,
};
const told = (text: string): string[] => diagnose(moduleOf({ ...code, 'live.tfvars': text }), '/p/live.tfvars').map(({ range, severity, code: rule, message, fixes }) => `${String(range.start.line + 1)} ${severity} ${rule}: ${message}${fixes.map(({ title }) => ` → ${title}`).join('')}`);
const hovered = (text: string): string | undefined => {
  const { terraform, file, position } = markedModule({ ...code, 'live.tfvars': text });
  return hover(terraform, file, position)?.markdown;
};

describe('values in .tfvars files', () => {
  it('are of the types of their variables', () => {
    assert.deepEqual(told('node = "pve2"\ncores = "4"\ntags = ["a"]\ndisk = { size = 1, more = "left out by Terraform" }\npass = 5\n'), []);
    assert.deepEqual(told('node = []\ncores = "many"\ntags = "a"\ndisk = { ssd = true }\n'), [
      '1 error wrong-type: node has to be a text.',
      '2 error wrong-type: cores has to be a number.',
      '3 error wrong-type: tags has to be a list: [ … ]. → Put into a list',
      '4 error missing-attribute: disk needs size.',
    ]);
    assert.deepEqual(diagnose(moduleOf({ 'main.tf': 'variable "a" {\n  type = number\n  default = "x"\n}\n' }), '/p/main.tf').map(({ message }) => message), ['default has to be a number.']);
  });

  it('are there on the cluster, where the code takes them as they are', () => {
    assert.deepEqual(told('node = "pve11"\nnod = 1\n'), [
      '1 warning no-such-node: The cluster has no node pve11. Did you mean pve1? → Change to pve1',
      '2 warning undeclared: There is no variable nod in this module. Did you mean node? → Change to node',
    ]);
  });

  it('say on hover what the variable is, and what the cluster knows of the value', () => {
    assert.equal(hovered('no‸de = "pve1"\n'), '**var.node** — string, optional\n\nWhere \\*it\\* runs\n\nDefault: "pve1"');
    assert.equal(hovered('dis‸k = {}\n'), '**var.disk** — object, required');
    assert.equal(hovered('pas‸s = "x"\n'), '**var.pass** — optional, sensitive');
    assert.match(hovered('node = "pv‸e1"\n') ?? '', /^\*\*Node pve1\*\* — online/);
    assert.equal(hovered('cores = 1‸2\n'), undefined);
    assert.equal(hovered('nothing‸ = 1\n'), undefined);
  });
});
