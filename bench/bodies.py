"""Request bodies as coding agents send them; the same in every run. The word in metadata.user_id (or the system text) chooses the mock model's answer."""
import json
import pathlib
import random

WORDS = ("the file path that a tool returns shows value when given an absolute pattern read write edit run command result "
         "line number default optional timeout user code project commit branch test search folder match output limit must "
         "never before after list string content").split()
TOOLS = ("Bash Read Write Edit Glob Grep Task TodoWrite WebFetch WebSearch NotebookEdit BashOutput KillShell "
         "ExitPlanMode SlashCommand AskUser McpList McpRead Skill LS").split()
MODEL = "claude-opus-4-8"
CHAT_MODEL = "chat-model"  # served by an endpoint that speaks Chat Completions


def prose(source, size):
    words, length = [], 0
    while length < size:
        word = source.choice(WORDS)
        if source.random() < 0.05:
            word = f'"{word}"'
        if source.random() < 0.04:
            word += "\n"
        words.append(word)
        length += len(word) + 1
    return " ".join(words)[:size]


def tool(source, name, description_size, parameters):
    properties = {f"param_{i}": {"type": "string", "description": prose(source, 70)} for i in range(parameters)}
    return {"name": name, "description": prose(source, description_size),
            "input_schema": {"type": "object", "properties": properties, "required": list(properties)[:1],
                             "additionalProperties": False}}


def small(source, word, stream):
    """About 1 KB. Its one tool is what sends it `direct`."""
    return {"model": MODEL, "max_tokens": 1024, "stream": stream, "metadata": {"user_id": word},
            "system": "You are a coding agent.", "tools": [tool(source, "Read", 120, 1)],
            "messages": [{"role": "user", "content": prose(source, 430)}]}


def translated(source, word, stream):
    """The small one to a model whose endpoint speaks another dialect than the client."""
    return {**small(source, "user", stream), "model": CHAT_MODEL, "system": f"You are a coding agent. {word}"}


def large(source, word, stream):
    """About 60 KB: a long system prompt, 20 tools, six tool calls with their results. The load generator numbers
    conversations and turns, so that no two requests are alike."""
    messages = [{"role": "user", "content": [{"type": "text", "text": "session-000000 " + prose(source, 2100)}]}]
    for turn in range(6):
        call = f"toolu_{turn:024d}"
        messages += [
            {"role": "assistant", "content": [
                {"type": "text", "text": prose(source, 200)},
                {"type": "tool_use", "id": call, "name": "Read", "input": {"file_path": f"src/a{turn}.cpp"}}]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": call, "content": prose(source, 1800)}]}]
    messages.append({"role": "user", "content": [{"type": "text", "text": "turn-000000 " + prose(source, 300)}]})
    system = [{"type": "text", "text": "You are a coding agent."},
              {"type": "text", "text": prose(source, 14000), "cache_control": {"type": "ephemeral"}}]
    return {"model": MODEL, "max_tokens": 32000, "stream": stream, "metadata": {"user_id": word}, "system": system,
            "tools": [tool(source, name, 900, 5) for name in TOOLS], "messages": messages}


def write_body(folder, name, make, word, stream):
    """Writes <folder>/<name>.json and returns its path."""
    path = pathlib.Path(folder) / f"{name}.json"
    path.write_text(json.dumps(make(random.Random(7), word, stream), separators=(",", ":")))
    return path
