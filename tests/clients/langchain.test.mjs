// LangChain's chat models: the sessions of every library.
import { langchain } from './support/langchain.mjs';
import { all_sessions } from './support/sessions.mjs';

all_sessions(langchain('messages', { thinks: 'signed', structures: true, sums_usage: true }));
all_sessions(langchain('chat', { structures: true }));
all_sessions(langchain('responses', { thinks: 'signed', structures: true }));
