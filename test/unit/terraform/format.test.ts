import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { findTerraform, formatHcl } from '../../../src/terraform/index.ts';

describe('formatting with terraform fmt', () => {
  const format = async (text: string): Promise<string> => {
    const terraform = await findTerraform(process.env);
    assert.ok(terraform, 'neither terraform nor tofu is on the PATH');
    return await formatHcl(terraform.path, text, process.env);
  };

  it('aligns and indents, whatever ends the lines', async () => {
    assert.equal(await format('locals {\r\na=1\r\n   bcd = 2\r\n}\r\n\r\n'), 'locals {\n  a   = 1\n  bcd = 2\n}\n\n');
    assert.equal(await format(''), '');
  });

  it('leaves in texts and comments what Unicode has for line breaks: as one, it would break the code', async () => {
    const text = 'locals {\n  # one\u2028line\n  a = "x\u2029y"\n}\n';
    assert.equal(await format(text), text);
  });

  it('says where a broken text is broken', async () => {
    await assert.rejects(format('locals {\n  a = 1\n}\n\nresource "x" "y" {\n  b = 2\n'), { message: 'Line 5: Unclosed configuration block.' });
  });
});
