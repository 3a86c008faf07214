// opencode with its provider package for Anthropic's API.
import { opencode_sessions } from './support/opencode_sessions.mjs';

opencode_sessions('messages', '@ai-sdk/anthropic');
