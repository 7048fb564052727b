import { nodeDefaults } from './nodes/defaults.ts';
import { type Cluster, newFirewall, type Node } from './state/cluster.ts';

const GiB = 1024 ** 3;

const SMALL = { model: 'AMD EPYC 7313P 16-Core Processor', sockets: 1, cores: 16, cpus: 32, mhz: 2994.374, flags: 'lm svm aes avx avx2' };
const LARGE = { model: 'AMD EPYC 9554 64-Core Processor', sockets: 2, cores: 128, cpus: 256, mhz: 3100, flags: 'lm svm aes avx avx2 avx512f' };

/**
 * A running node with plausible hardware and a fresh installation on it.
 * @param number its node id, from 1; its address follows from it
 * @param size `large` for hundreds of guests
 */
export function newNode(cluster: Cluster, name: string, number: number, size: 'small' | 'large'): Node {
  const now = Math.floor(cluster.clock.now() / 1000);
  const ip = `10.20.${Math.floor(number / 200)}.${10 + (number % 200)}`;
  return {
    name,
    nodeid: number,
    online: true,
    ip,
    bootedAt: now - Math.floor((8 + cluster.random() * 40) * 86_400),
    cpu: size === 'large' ? LARGE : SMALL,
    memory: (size === 'large' ? 2048 : 128) * GiB,
    swap: 8 * GiB,
    rootfs: { total: 94e9, used: Math.floor((11 + 6 * cluster.random()) * 1e9) },
    kernel: 'Linux 6.17.4-1-pve #1 SMP PREEMPT_DYNAMIC PMX 6.17.4-1 (2026-10-28T09:12Z)',
    config: new Map(),
    firewall: newFirewall(),
    ...nodeDefaults({ name, ip, random: cluster.random, now }),
  };
}
