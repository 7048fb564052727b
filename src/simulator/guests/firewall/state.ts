import type { Firewall } from '../../state/cluster.ts';

/** A cloned guest gets the other's firewall file (`clone_vmfw_conf`); its log begins empty. */
export function cloneFirewall(from: Firewall, to: Firewall): void {
  to.options.clear();
  for (const [name, value] of from.options) to.options.set(name, value);
  to.rules.splice(0, to.rules.length, ...from.rules.map((rule) => ({ ...rule })));
  to.aliases.clear();
  for (const [name, alias] of from.aliases) to.aliases.set(name, { ...alias });
  to.ipsets.clear();
  for (const [name, set] of from.ipsets) to.ipsets.set(name, { ...set, entries: set.entries.map((entry) => ({ ...entry })) });
}
