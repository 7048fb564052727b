import { flag, integer, oneOf, type PropertyFormat, required, text } from './format.ts';

const prefixLength = integer({ minimum: 0, maximum: 128 });
const sequence = integer({ minimum: 1, maximum: 4_294_967_295 });

/** Software-defined networks (PVE::Network::SDN). */
export const SDN_FORMATS = {
  'pve-sdn-dhcp-range': { keys: { 'start-address': required(text({ format: 'ip' })), 'end-address': required(text({ format: 'ip' })) } },
  'sdn-prefix-list-entry': {
    keys: {
      action: required(oneOf(['permit', 'deny'])),
      prefix: required(text({ format: 'FullRangeCIDR' })),
      ge: prefixLength,
      le: prefixLength,
      seq: sequence,
    },
  },
  'sdn-prefix-list-entry-update': {
    keys: { action: oneOf(['permit', 'deny']), prefix: text({ format: 'FullRangeCIDR' }), ge: prefixLength, le: prefixLength, seq: sequence },
  },
  'sdn-route-map-exit-action': {
    keys: {
      key: required(oneOf(['on-match-goto', 'on-match-next', 'continue'])),
      value: integer({ minimum: 0, maximum: 65535 }),
    },
  },
  'sdn-route-map-match': {
    keys: {
      key: required(
        oneOf([
          'route-type', 'vni', 'ip-address-prefix-list', 'ip6-address-prefix-list', 'ip-next-hop-prefix-list', 'ip6-next-hop-prefix-list',
          'ip-next-hop-address', 'ip6-next-hop-address', 'metric', 'local-preference', 'peer', 'tag',
        ]),
      ),
      value: text(),
    },
  },
  'sdn-route-map-set': {
    keys: {
      key: required(
        oneOf([
          'ip-next-hop-peer-address', 'ip-next-hop', 'ip-next-hop-unchanged', 'ip6-next-hop-peer-address', 'ip6-next-hop-prefer-global',
          'ip6-next-hop', 'local-preference', 'tag', 'weight', 'metric', 'src',
        ]),
      ),
      value: text(),
    },
  },
  'sdn-openfabric-interface': {
    keys: {
      name: required(text({ format: 'pve-iface' })),
      hello_multiplier: integer({ minimum: 2, maximum: 100 }),
      ip: text({ format: 'CIDRv4' }),
      ip6: text({ format: 'CIDRv6' }),
    },
  },
  'sdn-ospf-interface': { keys: { name: required(text({ format: 'pve-iface' })), ip: text({ format: 'CIDRv4' }) } },
  'sdn-ospf-redistribute': { keys: { source: required(oneOf(['bgp', 'connected', 'kernel', 'static'])), 'route-map': text() } },
  'sdn-bgp-redistribute': { keys: { source: required(oneOf(['connected', 'kernel', 'ospf', 'static'])), 'route-map': text() } },
  'sdn-wireguard-peer': {
    keys: {
      node: required(text()),
      iface: required(text()),
      type: required(oneOf(['internal', 'external'])),
      endpoint: text(),
      node_iface: text(),
      skip_route_generation: flag({ default: 0 }),
    },
  },
} satisfies Record<string, PropertyFormat>;
