/** https://developer.hashicorp.com/terraform/language/modules/sources#local-paths */
export const isLocal = (source: string): boolean => /^\.\.?\//.test(source);

/** `acme/vm/proxmox` of the public registry; what comes behind `//` is a folder within. https://developer.hashicorp.com/terraform/language/modules/sources#terraform-registry */
const REGISTRY = /^[\w-]+\/[\w-]+\/[\w-]+(?=$|\/\/)/;

/** Whether what code says is what `init` has written down, with the host of the registry and with the short forms of repositories in full. */
export function isSameSource(inCode: string, written: string): boolean {
  if (REGISTRY.test(inCode)) return /^registry\.(?:terraform\.io|opentofu\.org)$/.test(written.split('/', 1)[0] ?? '') && written.slice(written.indexOf('/') + 1) === inCode;
  return inFull(inCode) === inFull(written);
}

/** What the public registry calls a module; undefined for one of elsewhere. */
export const inRegistry = (source: string): string | undefined => REGISTRY.exec(source)?.[0];

/** `git@github.com:acme/vm.git`, `github.com/acme/vm` and `git::https://github.com/acme/vm.git` are one. */
function inFull(source: string): string {
  return source.replace(/^git::/, '').replace(/^(?:https|ssh):\/\//, '').replace(/^git@([^:/]+)[:/]/, '$1/').replace(/\.git(?=$|\/\/|\?)/, '');
}
