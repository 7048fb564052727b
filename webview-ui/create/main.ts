import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { FromPage, ToPage } from '../../src/editor/create/messages.ts';
import { connectHost } from '../shared/host.ts';
import './create.css';
import { FormPage } from './form-page.ts';

const app = document.getElementById('app');
if (app === null) throw new Error('The page has no place for the form.');
const host = connectHost<ToPage, FromPage, never>((message) => page.receive(message));
const page = new FormPage(app, (message) => host.send(message));
host.send({ type: 'ready' });
