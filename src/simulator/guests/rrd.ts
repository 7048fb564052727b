import { failure } from '../api/errors.ts';
import { oneOf, optional, string } from '../api/parameters.ts';
import type { Call, Permissions, Route } from '../api/route.ts';
import { guestSeries } from '../state/counters.ts';
import type { Timeframe } from '../state/counters.ts';
import type { GuestKind } from './kind.ts';
import { guestOf } from './lookup.ts';
import { list, NODE_AND_VMID, text } from './parameters.ts';
import { drawSeries } from './rrd-image.ts';

const AUDIT: Permissions = { check: ['perm', '/vms/{vmid}', ['VM.Audit']] };

/** The data sources of `pve-vm-9.0` (pve-cluster, `status.c`). */
const SOURCES = new Set([
  'maxcpu', 'cpu', 'maxmem', 'mem', 'maxdisk', 'disk', 'netin', 'netout', 'diskread', 'diskwrite', 'memhost', 'pressurecpusome', 'pressurecpufull', 'pressureiosome', 'pressureiofull',
  'pressurememorysome', 'pressurememoryfull',
]);

function graph(call: Call, kind: GuestKind): { filename: string; image: string } {
  const guest = guestOf(call, kind);
  const sources = list(call, 'ds');
  const file = `/var/lib/rrdcached/db/pve-vm-9.0/${guest.vmid}`;
  if (sources.length > 2) throw failure('fixme: no color definition');
  for (const source of sources) if (!SOURCES.has(source)) throw failure(`RRD error: No DS called '${source}' in '${file}'`);
  const points = guestSeries(call.cluster, guest, text(call, 'timeframe') as Timeframe, call.cluster.clock.now());
  const image = drawSeries(sources.map((source) => points.map((point) => point[source])));
  return { filename: `${file}_${sources.join('_')}.png`, image: image.toString('latin1') };
}

/** A guest's history, as numbers and as a picture; any node answers, as the data are everywhere. */
export function rrdRoutes(kind: GuestKind): readonly Route[] {
  const parameters = { ...NODE_AND_VMID, timeframe: oneOf('hour', 'day', 'week', 'month', 'year'), cf: optional(oneOf('AVERAGE', 'MAX')) };
  return [
    {
      method: 'GET', path: `/nodes/{node}/${kind.kind}/{vmid}/rrddata`, permissions: AUDIT, anywhere: true, parameters,
      run: (call) => guestSeries(call.cluster, guestOf(call, kind), text(call, 'timeframe') as Timeframe, call.cluster.clock.now()),
    },
    {
      method: 'GET', path: `/nodes/{node}/${kind.kind}/{vmid}/rrd`, permissions: AUDIT, anywhere: true,
      parameters: { ...parameters, ds: string({ format: 'pve-configid-list' }) },
      run: (call) => graph(call, kind),
    },
  ];
}
