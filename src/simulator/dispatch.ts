import { checkDeclared, demand, permissionError, Permissions, splitTokenId } from './access/index.ts';
import { ApiError, parameterError } from './api/errors.ts';
import type { Call, Method, Upload } from './api/route.ts';
import type { Match, Router } from './api/router.ts';
import { type RawParameters, verify } from './api/verify.ts';
import { answeringNode } from './nodes/answering.ts';
import type { SimulatedCluster } from './state/create-cluster.ts';

/** An authenticated request, not yet verified. */
export interface Request {
  readonly method: string;
  /** Below `/api2/<format>`, decoded. */
  readonly path: string;
  readonly parameters: RawParameters;
  /** `user@realm` or `user@realm!token`; undefined for the few operations that need no login. */
  readonly user: string | undefined;
  readonly upload?: Upload;
}

/** Answers a request with the `data` member (or an `Enveloped`). Throws `ApiError`. */
export type Dispatch = (request: Request) => unknown;

/** What pveproxy and pvedaemon do between reading a request and writing the answer (PVE::HTTPServer::rest_handler), in their order. */
export function createDispatch(cluster: SimulatedCluster, route: Router): Dispatch {
  return ({ method, path, parameters, user, upload }) => {
    cluster.tasks.settle();
    const match = route(method, path);
    if (match === undefined) throw new ApiError(501, `Method '${method} ${path}' not implemented`);
    const all = resolveNode(cluster, merge(match, parameters));
    if (user !== undefined && user.includes('!') && match.route.ticketOnly) {
      throw new ApiError(403, `Permission check failed (URI '${path}' not available with API token, need proper ticket.\n)`);
    }
    const permissions = new Permissions(cluster.access, cluster.pools);
    if (user === undefined) {
      if (match.route.permissions === undefined || !('user' in match.route.permissions) || match.route.permissions.user !== 'world') throw permissionError('user != null');
    } else checkDeclared(match.route.permissions, { access: cluster.access, permissions, user, parameters: all });
    checkReachable(cluster, match, all);
    const verified = verify(match.route, all);
    const caller = user ?? '';
    const call: Call = {
      cluster,
      caller: caller.includes('!') ? { userid: splitTokenId(caller).userid, tokenid: caller } : { userid: caller },
      method: method as Method,
      parameters: verified,
      ...(upload === undefined ? {} : { upload }),
      may: (at, privileges, any) => permissions.may(caller, at, privileges, any),
      demand: (at, privileges, any) => demand(permissions, caller, at, privileges, any),
    };
    return match.route.run(call) ?? null;
  };
}

function merge({ variables }: Match, parameters: RawParameters): RawParameters {
  for (const [name, value] of Object.entries(parameters)) {
    if (Object.hasOwn(variables, name) && variables[name] !== value) {
      throw parameterError({ [name]: 'duplicate parameter (already defined in URI) with conflicting values!' });
    }
  }
  return { ...variables, ...parameters };
}

function resolveNode(cluster: SimulatedCluster, parameters: RawParameters): RawParameters {
  return parameters['node'] === 'localhost' ? { ...parameters, node: answeringNode(cluster) } : parameters;
}

/** Whatever stands below a node's path is handed on to that node, which must answer. */
function checkReachable(cluster: SimulatedCluster, { route }: Match, parameters: RawParameters): void {
  if (!route.path.startsWith('/nodes/{node}/') || route.anywhere) return;
  const name = String(parameters['node']);
  const node = cluster.nodes.get(name);
  if (node === undefined) throw new ApiError(500, `hostname lookup '${name}' failed - failed to get address info for: ${name}: Name or service not known`);
  if (!node.online) throw new ApiError(595, 'No route to host');
}
