import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { attribute, block, type Body, comment, object, printHcl, reference } from '../../../src/terraform/hcl/index.ts';

/** No settings of the machine's own. */
const env = { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' };
const formatted = (text: string): string => execFileSync('terraform', ['fmt', '-'], { input: text, encoding: 'utf8', env });

describe('Printing HCL', function () {
  this.timeout(60_000);
  it('lays out as terraform fmt does', () => {
    const body: Body = [
      comment('Of the cluster\nhome'),
      block('resource', ['a', 'b'], [
        attribute('name', 'x'),
        attribute('node_name', reference('var.node')),
        attribute('tags', ['a', 'b']),
        attribute('description', 'one\n  two ${not} a %{template}\nEOT\n'),
        attribute('on_boot', true),
        block('disk', [], [attribute('interface', 'scsi0'), attribute('size', 8)]),
        object('wish', [['a', 1], ['long', 'b']]),
        comment('args is not known'),
        block('lifecycle', [], []),
      ]),
    ];
    const text = printHcl(body);
    assert.equal(formatted(text), text);
    assert.match(text, /two \$\$\{not\} a %%\{template\}/);
  });

  it('gives every text back to Terraform as it was', () => {
    // One configuration of outputs for all texts: starting terraform for each takes longer than reading them.
    const texts = fc.sample(fc.string({ unit: fc.constantFrom('$', '%', '{', '}', '"', '\\', '\n', '\r', '\t', 'a', ' ', 'ü', '~', '$${', '\u2028', 'EOT\n') }), { numRuns: 200, seed: 7 });
    const folder = mkdtempSync(join(tmpdir(), 'hcl-'));
    try {
      const printed = printHcl([block('locals', [], texts.map((text, index) => attribute(`t${String(index)}`, text)))]);
      assert.equal(formatted(printed), printed);
      writeFileSync(join(folder, 'texts.tf'), printed);
      const asked = `jsonencode([${texts.map((_, index) => `local.t${String(index)}`).join(', ')}])`;
      const answered = execFileSync('terraform', ['console'], { cwd: folder, env, encoding: 'utf8', input: asked });
      assert.deepEqual(JSON.parse(JSON.parse(answered) as string), texts);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
