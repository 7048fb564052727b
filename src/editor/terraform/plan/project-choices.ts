import type { BindingMemory } from '../projects/index.ts';

const key = 'terraform.variablesFiles';
/** Terraform takes these by itself. */
const byItself = /(^|[\\/])(terraform\.tfvars(\.json)?|[^\\/]*\.auto\.tfvars(\.json)?)$/;

/** What somebody has chosen for planning a folder, kept with the user. */
export class ProjectChoices {
  readonly #memory: BindingMemory;

  constructor(memory: BindingMemory) {
    this.#memory = memory;
  }

  /** Variables files beside those that Terraform takes by itself, relative to the folder. */
  variablesFiles(folder: string): readonly string[] {
    const files = this.#all()[folder];
    return Array.isArray(files) ? files.filter((file) => typeof file === 'string') : [];
  }

  async chooseVariablesFiles(folder: string, files: readonly string[]): Promise<void> {
    await this.#memory.update(key, { ...this.#all(), [folder]: files });
  }

  #all(): Readonly<Record<string, unknown>> {
    const value = this.#memory.get(key);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  }
}

export function isTakenByItself(file: string): boolean {
  return byItself.test(file);
}
