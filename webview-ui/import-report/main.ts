import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import type { FromPage, ToPage } from '../../src/editor/terraform/import/messages.ts';
import { connectHost } from '../shared/host.ts';
import './import-report.css';
import { ReportPage } from './report-page.ts';

const app = document.getElementById('app');
if (app === null) throw new Error('The page has no place for the report.');
const host = connectHost<ToPage, FromPage, never>((message) => page.show(message.report));
const page = new ReportPage(app, (message) => host.send(message));
host.send({ type: 'ready' });
