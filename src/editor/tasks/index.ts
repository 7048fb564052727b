export { TaskLogDocuments } from './task-log-documents.ts';
