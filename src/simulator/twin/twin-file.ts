import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const bytes = z.number().min(0);

const content = z.enum(['images', 'rootdir', 'iso', 'vztmpl', 'backup', 'snippets', 'import']);

const volume = z.strictObject({
  volid: z.string().regex(/^[^:]+:.+$/),
  /** Absent on shared storages. */
  node: z.string().optional(),
  content,
  format: z.string(),
  size: bytes,
  /** What it really takes. When not said: `size`, and of disks on a storage whose use is told their share of that. */
  used: bytes.optional(),
  /** Seconds since the epoch. */
  ctime: z.number().optional(),
  vmid: z.int().positive().optional(),
  notes: z.string().optional(),
  protected: z.boolean().optional(),
  parent: z.string().optional(),
  /** Backups: the guest's configuration file as it was. */
  config: z.string().optional(),
  subtype: z.enum(['qemu', 'lxc']).optional(),
});

/** What a running cluster knows besides its files. Everything that is not said stays as a cluster loaded from files has it. */
export const twinFile = z.strictObject({
  version: z.literal(1),
  cluster: z.string().optional(),
  nodes: z.record(z.string(), z.strictObject({ online: z.boolean(), cpus: z.int().positive().optional(), memory: bytes.optional(), rootfs: z.strictObject({ total: bytes, used: bytes }).optional() })).default({}),
  guests: z.record(z.string().regex(/^\d+$/), z.strictObject({ power: z.enum(['running', 'stopped', 'paused']), /** Seconds. */ uptime: z.number().min(0).optional(), /** Bytes of a container's file systems in use. */ diskUsed: bytes.optional() })).default({}),
  /** One per storage and node; of a shared storage one is enough, without a node. */
  storages: z.array(z.strictObject({ storage: z.string(), node: z.string().optional(), total: bytes, used: bytes })).default([]),
  /** Where all volumes of these kinds are listed: what configurations name besides is not there. */
  complete: z.array(z.strictObject({ storage: z.string(), node: z.string().optional(), content: z.array(content) })).default([]),
  volumes: z.array(volume).default([]),
});
export type TwinFile = z.infer<typeof twinFile>;

/** @throws Error when it cannot be read or is not as it should be */
export async function readTwinFile(path: string): Promise<TwinFile> {
  const text = await readFile(path, 'utf8');
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  const parsed = twinFile.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new Error(`${path} does not describe a cluster: ${parsed.error.issues.map(({ path: where, message }) => `${where.join('.') || 'the file'}: ${message}`).join('; ')}`);
}
