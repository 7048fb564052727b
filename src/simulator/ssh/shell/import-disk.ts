import { failure } from '../../api/errors.ts';
import { importAsUnused } from '../../guests/index.ts';
import type { Run } from './program.ts';
import { readPairs, refuse } from './proxmox-command.ts';

const USAGE = 'qm disk import <vmid> <source> <storage> [OPTIONS]';

/** `qm disk import`: the image becomes a new volume of the VM, kept as `unused[n]`. */
export function importDisk(run: Run, [vmid = '', source = '', storage = '', ...args]: readonly string[]): number {
  const { cluster, node, files } = run.host;
  const { options, problem } = readPairs(args);
  if (problem !== undefined || storage === '') {
    run.error(`${problem ?? '400 not enough arguments'}\n${USAGE}\n`);
    return 255;
  }
  cluster.tasks.settle();
  try {
    const made = importAsUnused(cluster, { node, vmid: Number(vmid), storage, format: options['format'] }, () => {
      const file = files.stat(source);
      if (file === undefined || file.isFolder) throw failure(`${source}: non-existent or non-regular file`);
      return file.size;
    });
    if (options['format'] !== undefined && options['format'] !== made.format) run.error(`format '${options['format']}' is not supported by the target storage - using '${made.format}' instead\n`);
    run.out(`importing disk '${source}' to VM ${vmid} ...\n${made.log.map((line) => `${line}\n`).join('')}${made.option}: successfully imported disk '${made.volid}'\n`);
    return 0;
  } catch (error) {
    return refuse(run, error, USAGE);
  }
}
