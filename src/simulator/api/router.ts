import findMyWay from 'find-my-way';
import type { Method, Route } from './route.ts';

export interface Match {
  readonly route: Route;
  /** Path variables by name. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Finds the operation of a method and a decoded path below `/api2/<format>`; undefined when there is none. */
export type Router = (method: string, path: string) => Match | undefined;

/** Volume ids and networks have slashes; their variable takes the rest of the path, as Proxmox's handlers with `fragmentDelimiter => ''` do. */
const takesRest = (variable: string): boolean => variable === 'volume' || variable === 'cidr';

export function createRouter(routes: readonly Route[]): Router {
  const tree = findMyWay({ maxParamLength: 4096, ignoreTrailingSlash: true, caseSensitive: true });
  for (const route of routes) {
    const rest = /\{(\w[\w-]*)\}$/.exec(route.path)?.[1];
    const path = route.path.replace(/\{([\w-]+)\}/g, (_, name: string) => (name === rest && takesRest(name) ? '*' : `:${name.replaceAll('-', '_')}`));
    tree.on(route.method, path, () => undefined, { route, names: [...route.path.matchAll(/\{([\w-]+)\}/g)].map((match) => match[1] ?? '') });
  }
  return (method, path) => {
    // The tree decodes what it finds; what arrives here is decoded already.
    const found = tree.find(method as Method, encode(path));
    if (found === null) return undefined;
    const { route, names } = found.store as { route: Route; names: string[] };
    const variables = Object.fromEntries(names.map((name) => [name, found.params[name.replaceAll('-', '_')] ?? found.params['*'] ?? '']));
    return { route, variables };
  };
}

function encode(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
