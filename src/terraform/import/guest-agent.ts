import { BlockList, isIP } from 'node:net';
import * as z from 'zod';
import { type PveClient, PveError } from '../../pve/index.ts';

const answer = z.object({
  result: z.array(z.object({
    name: z.string().catch(''),
    'ip-addresses': z.array(z.object({ 'ip-address': z.string().catch('') })).catch([]),
  })),
});

/** What is no global unicast address in the sense of Go's `net.IP.IsGlobalUnicast`, which the provider asks. */
const notGlobal = new BlockList();
notGlobal.addSubnet('0.0.0.0', 32, 'ipv4');
notGlobal.addSubnet('127.0.0.0', 8, 'ipv4');
notGlobal.addSubnet('169.254.0.0', 16, 'ipv4');
notGlobal.addSubnet('224.0.0.0', 4, 'ipv4');
notGlobal.addAddress('255.255.255.255', 'ipv4');
notGlobal.addAddress('::', 'ipv6');
notGlobal.addAddress('::1', 'ipv6');
notGlobal.addSubnet('fe80::', 10, 'ipv6');
notGlobal.addSubnet('ff00::', 8, 'ipv6');

/**
 * Whether the provider will find at once what it asks a running VM's agent for: an address on an interface other than `lo`
 * (`WaitForNetworkInterfacesFromVMAgent`). Where it is forbidden to ask, it goes on as well.
 * @param path of the VM: `/nodes/pve1/qemu/100`
 * @throws PveError when the cluster cannot be asked
 */
export async function answersWithAddress(client: PveClient, path: string, options: Parameters<PveClient['get']>[2]): Promise<boolean> {
  try {
    const parsed = answer.safeParse(await client.get(`${path}/agent/network-get-interfaces`, {}, options));
    return parsed.success && parsed.data.result.some(({ name, 'ip-addresses': addresses }) => name !== 'lo' && addresses.some(({ 'ip-address': address }) => isGlobal(address)));
  } catch (error) {
    if (!(error instanceof PveError)) throw error;
    if (error.kind === 'forbidden') return true;
    if (error.kind === 'server-error' || error.kind === 'bad-parameter' || error.kind === 'not-found') return false;
    throw error;
  }
}

function isGlobal(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && !notGlobal.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
