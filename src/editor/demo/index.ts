export { demoConnectionId, startDemo } from './demo-cluster.ts';
export { startSimulator } from './demo-simulator.ts';
