import type { Route } from '../api/route.ts';
import type { Consoles } from './consoles.ts';
import { guestRoutes, nodeRoutes, ticketRoute } from './routes.ts';

export { Consoles } from './consoles.ts';
export { machineOfNode } from './machine.ts';
export { Terminal } from './shell/terminal.ts';
export { createUpgrade } from './upgrade.ts';

/** Consoles of nodes and guests. */
export const consoleRoutes = (consoles: Consoles): readonly Route[] => [ticketRoute(consoles), ...nodeRoutes(consoles), ...guestRoutes(consoles)];
