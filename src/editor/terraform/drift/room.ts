/** What is loaded when a Terraform file or a guest is first in sight. */
export { Drift } from './drift.ts';
