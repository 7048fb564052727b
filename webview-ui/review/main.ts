import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import type { FromPage, ToPage } from '../../src/editor/review/messages.ts';
import { connectHost } from '../shared/host.ts';
import { Page, type Remembered } from './page.ts';
import './review.css';

const app = document.getElementById('app');
if (app === null) throw new Error('The page has no place for the review.');
const host = connectHost<ToPage, FromPage, Remembered>((message) => page.receive(message));
const page = new Page(app, host);
host.send({ type: 'ready' });
