import { parameterError } from '../api/errors.ts';
import { splitList } from '../api/formats.ts';
import { boolean, integer, oneOf, optional, string } from '../api/parameters.ts';
import type { Parameters } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { assertUnmodified, withDigest } from './digest.ts';
import { LOG_LEVELS } from './names.ts';
import { CLUSTER, CT, HOST, VM } from './scope.ts';
import type { Scope } from './scope.ts';

const FLAG = optional(boolean());
const POLICY = optional(oneOf('ACCEPT', 'REJECT', 'DROP'));
const LEVEL = optional(oneOf(...LOG_LEVELS));
const DELETE = optional(string({ format: 'pve-configid-list' }));
const DIGEST = optional(string({ maxLength: 64 }));

const OF_CLUSTER: Parameters = {
  enable: optional(integer({ minimum: 0 })),
  ebtables: FLAG,
  policy_in: POLICY,
  policy_out: POLICY,
  policy_forward: optional(oneOf('ACCEPT', 'DROP')),
  log_ratelimit: optional(string({ pattern: /^(?:(?:enable=)?(?:[01]|yes|no|on|off|true|false)|rate=[1-9]\d*\/(?:second|minute|hour|day)|burst=\d+)(?:,(?:enable=(?:[01]|yes|no|on|off|true|false)|rate=[1-9]\d*\/(?:second|minute|hour|day)|burst=\d+))*$/ })),
};

const OF_HOST: Parameters = {
  enable: FLAG,
  log_level_in: LEVEL,
  log_level_out: LEVEL,
  log_level_forward: LEVEL,
  tcp_flags_log_level: LEVEL,
  smurf_log_level: LEVEL,
  nosmurfs: FLAG,
  tcpflags: FLAG,
  nf_conntrack_max: optional(integer({ minimum: 32_768 })),
  nf_conntrack_tcp_timeout_established: optional(integer({ minimum: 7875 })),
  nf_conntrack_tcp_timeout_syn_recv: optional(integer({ minimum: 30, maximum: 60 })),
  ndp: FLAG,
  nf_conntrack_allow_invalid: FLAG,
  nf_conntrack_helpers: optional(string({ format: 'pve-fw-conntrack-helper' })),
  protection_synflood: FLAG,
  protection_synflood_rate: optional(integer()),
  protection_synflood_burst: optional(integer()),
  log_nf_conntrack: FLAG,
  nftables: FLAG,
};

const OF_GUEST: Parameters = {
  enable: FLAG,
  macfilter: FLAG,
  dhcp: FLAG,
  ndp: FLAG,
  radv: FLAG,
  ipfilter: FLAG,
  policy_in: POLICY,
  policy_out: POLICY,
  log_level_in: LEVEL,
  log_level_out: LEVEL,
};

function optionRoutes(scope: Scope, declared: Parameters): Route[] {
  const { parameters, audit, modify, firewallOf } = scope;
  const path = `${scope.path}/options`;
  const read = (call: Call): Record<string, string | number> =>
    Object.fromEntries([...firewallOf(call).options].map(([name, value]) => [name, declared[name]?.type === 'string' ? value : Number(value)]));

  const update = (call: Call): null => {
    assertUnmodified(call, [read(call)]);
    const { options } = firewallOf(call);
    for (const name of splitList(String(call.parameters['delete'] ?? ''))) {
      if (!Object.hasOwn(declared, name)) throw parameterError({ delete: `no such option '${name}'` });
      options.delete(name);
    }
    for (const [name, { type }] of Object.entries(declared)) {
      const value = call.parameters[name];
      if (value === undefined) continue;
      options.set(name, type === 'boolean' ? (value ? '1' : '0') : String(value));
    }
    // A larger number asks the daemon for an update at once; it becomes the time of that request.
    if (scope === CLUSTER && Number(call.parameters['enable']) > 1) options.set('enable', String(Math.floor(call.cluster.clock.now() / 1000)));
    return null;
  };

  return [
    { method: 'GET', path, permissions: audit, parameters, run: (call) => withDigest([read(call)])[0] },
    { method: 'PUT', path, permissions: modify, parameters: { ...parameters, ...declared, delete: DELETE, digest: DIGEST }, run: update },
  ];
}

/** `…/firewall/options` of the cluster, the nodes and the guests. */
export const optionsRoutes: readonly Route[] = [
  ...optionRoutes(CLUSTER, OF_CLUSTER),
  ...optionRoutes(HOST, OF_HOST),
  ...optionRoutes(VM, OF_GUEST),
  ...optionRoutes(CT, OF_GUEST),
];
