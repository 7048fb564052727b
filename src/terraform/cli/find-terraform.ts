import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface Terraform {
  readonly path: string;
  readonly product: 'terraform' | 'tofu';
  /** Such as `1.11.4`. */
  readonly version: string;
}

/**
 * The first Terraform or OpenTofu that works: the one named, otherwise the first `terraform`, then the first `tofu` on the PATH.
 * @param named path of a program from the settings
 */
export async function findTerraform(environment: NodeJS.ProcessEnv, named?: string): Promise<Terraform | undefined> {
  if (named !== undefined && named !== '') return versionOf(named, environment);
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const product of ['terraform', 'tofu']) {
    for (const folder of folders) {
      const path = join(folder, `${product}${suffix}`);
      if (!(await isExecutable(path))) continue;
      const found = await versionOf(path, environment);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Both print `terraform_version`; only OpenTofu's plain text tells it apart, so the plain text is asked. */
async function versionOf(path: string, environment: NodeJS.ProcessEnv): Promise<Terraform | undefined> {
  const text = await new Promise<string>((resolve) => {
    execFile(path, ['version'], { env: { ...environment, CHECKPOINT_DISABLE: '1' }, timeout: 20_000 }, (error, stdout) => {
      resolve(error === null ? stdout : '');
    });
  });
  const match = /^(Terraform|OpenTofu) v(\S+)/m.exec(text);
  return match?.[2] === undefined ? undefined : { path, product: match[1] === 'OpenTofu' ? 'tofu' : 'terraform', version: match[2] };
}
