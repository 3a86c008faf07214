// opencode with its provider package for servers that are like OpenAI's.
import { opencode_sessions } from './support/opencode_sessions.mjs';

opencode_sessions('chat', '@ai-sdk/openai-compatible');
