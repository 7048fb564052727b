import { tmpdir } from 'node:os';
import { TerraformFailed } from './failure.ts';
import { runTerraform } from './run-terraform.ts';

/**
 * A text as `terraform fmt` writes it; with `\n` at the ends of lines.
 * @throws {TerraformFailed} with Terraform's own words and the line when the text is broken
 */
export async function formatHcl(path: string, text: string, environment: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<string> {
  // The text comes from its standard input: the folder is of no account, and may be one that is not there.
  const ran = await runTerraform(path, ['fmt', '-no-color', '-'], { folder: tmpdir(), environment, signal, input: text.replaceAll('\r\n', '\n') });
  if (ran.exitCode !== 0) throw new TerraformFailed(told(ran.errors) ?? (ran.errors.trim() || `Terraform ended with exit code ${ran.exitCode}.`));
  // Of nothing it makes an empty line.
  return ran.output === '\n' ? '' : ran.output;
}

/** `Error: Unclosed configuration block … on <stdin> line 3, in resource "a" "b":` in one sentence. */
function told(errors: string): string | undefined {
  const what = /^Error: (.+)$/m.exec(errors)?.[1];
  const line = /^\s*on <stdin> line (\d+)/m.exec(errors)?.[1];
  return what === undefined ? undefined : `${line === undefined ? '' : `Line ${line}: `}${what.replace(/\.$/, '')}.`;
}
