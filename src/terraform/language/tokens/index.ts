export { type Token, type TokenModifier, tokens, type TokenType } from './tokens.ts';
