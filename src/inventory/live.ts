import type { Live } from './inventory.ts';

/**
 * What surfaces show of a row's counters. Two states with equal values here look the same everywhere, so a refresh
 * that moves nothing of this repaints nothing: show counters through this function only.
 */
export interface DisplayedLive {
  /** Whole percent of `maxcpu`. */
  readonly cpuPercent?: number;
  /** Number of processors. */
  readonly maxcpu?: number;
  /** Whole percent of `maxmem`. */
  readonly memPercent?: number;
  /** Bytes. */
  readonly maxmem?: number;
  /** Whole percent of `maxdisk`. */
  readonly diskPercent?: number;
  /** Bytes. */
  readonly maxdisk?: number;
}

/** The rounded counters of a row; what Proxmox did not report is absent. */
export function displayedLive(live: Live): DisplayedLive {
  const cpuPercent = live.cpu === undefined ? undefined : Math.round(live.cpu * 100);
  const memPercent = percentOf(live.mem, live.maxmem);
  const diskPercent = percentOf(live.disk, live.maxdisk);
  return {
    ...(cpuPercent !== undefined && { cpuPercent }),
    ...(live.maxcpu !== undefined && { maxcpu: live.maxcpu }),
    ...(memPercent !== undefined && { memPercent }),
    ...(live.maxmem !== undefined && { maxmem: live.maxmem }),
    ...(diskPercent !== undefined && { diskPercent }),
    ...(live.maxdisk !== undefined && { maxdisk: live.maxdisk }),
  };
}

/** Whether {@link displayedLive} gives the same for both, without making the two objects: it runs for every row of every refresh. */
export function displaysAlike(a: Live, b: { readonly [K in keyof Live]: Live[K] | undefined }): boolean {
  return (
    a.maxcpu === b.maxcpu &&
    a.maxmem === b.maxmem &&
    a.maxdisk === b.maxdisk &&
    (a.cpu === b.cpu || (a.cpu !== undefined && b.cpu !== undefined && Math.round(a.cpu * 100) === Math.round(b.cpu * 100))) &&
    (a.mem === b.mem || percentOf(a.mem, a.maxmem) === percentOf(b.mem, b.maxmem)) &&
    (a.disk === b.disk || percentOf(a.disk, a.maxdisk) === percentOf(b.disk, b.maxdisk))
  );
}

function percentOf(used: number | undefined, all: number | undefined): number | undefined {
  return used === undefined || all === undefined || all <= 0 ? undefined : Math.round((used / all) * 100);
}
