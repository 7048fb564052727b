/**
 * Names for resources, each given once. Terraform's identifiers are letters, digits, `_` and `-`, and do not begin with a digit
 * (hcl/hclsyntax/spec.md, "Identifiers"); what a name has else becomes `_`.
 */
export class Labels {
  readonly #given: Set<string>;

  /** @param taken what is given already, as by the rest of a project */
  constructor(taken: Iterable<string> = []) {
    this.#given = new Set(taken);
  }

  /** @param otherwise what tells it from others of the same name, and names it when nothing is left of the name */
  label(name: string, otherwise: string): string {
    const words = name.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, '_').replaceAll(/^[_-]+|[_-]+$/g, '');
    const plain = words === '' ? otherwise : /^[a-z]/.test(words) ? words : `_${words}`;
    for (const candidate of [plain, `${plain}_${otherwise}`]) {
      if (this.#given.has(candidate)) continue;
      this.#given.add(candidate);
      return candidate;
    }
    for (let count = 2; ; count += 1) {
      const candidate = `${plain}_${otherwise}_${String(count)}`;
      if (this.#given.has(candidate)) continue;
      this.#given.add(candidate);
      return candidate;
    }
  }
}
