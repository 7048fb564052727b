import { findTerraform, type Terraform } from '../../../terraform/index.ts';
import { TerraformTrouble } from './trouble.ts';

/** `import` blocks came with Terraform 1.5, and with the first OpenTofu, which is 1.6. */
const OLDEST = [1, 5] as const;

/**
 * The Terraform or OpenTofu to use.
 * @param named the setting `proxmox.terraform.path`
 * @throws TerraformTrouble of kind `program-missing` or `program-too-old`
 */
export async function findProgram(environment: NodeJS.ProcessEnv, named: string): Promise<Terraform> {
  const found = await findTerraform(environment, named);
  if (found === undefined) {
    throw new TerraformTrouble('program-missing', named === ''
      ? 'Neither Terraform nor OpenTofu is on the PATH. Install one, or say in the settings where it is.'
      : `“${named}” is not a Terraform or OpenTofu that runs. Correct the setting proxmox.terraform.path.`);
  }
  if (isTooOld(found.version)) throw new TerraformTrouble('program-too-old', `${found.path} is version ${found.version}. Version ${OLDEST.join('.')} or later is needed.`);
  return found;
}

/** @param version such as `1.11.4` or `1.6.0-beta1` */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}
