"""Prompts in the ways in which chat clients word and place them, with what they ask for and the reply."""

from __future__ import annotations

from api.wire.task_prompts import Said, Task

CONVERSATION = "User: Who founded Noctis Audio?\nAssistant: Noctis was founded by Petra Lund and Amir Sadeghi. [1]"
TITLE = "Who founded Noctis Audio"


def in_tags(task: str, output: str, conversation: str = CONVERSATION) -> str:
    """As Open WebUI writes its prompts."""
    rules = "- Keep to the chat's language.\n- Say nothing but the JSON object."
    return (
        f"### Task:\n{task}\n### Guidelines:\n{rules}\n### Output:\nJSON format: {output}\n"
        f"### Chat History:\n<chat_history>\n{conversation}\n</chat_history>"
    )


PROMPTS: dict[str, tuple[list[Said], Task, str]] = {
    "open webui: title": (
        [
            (
                "user",
                in_tags(
                    "Generate a concise title summarizing the chat history.",
                    '{ "title": "your concise title here" }\n### Examples:\n- { "title": "Stock Trends" }',
                ),
            )
        ],
        Task.TITLE,
        f'{{"title": "{TITLE}"}}',
    ),
    "open webui: title with an emoji, as it was": (
        [
            (
                "user",
                "Create a concise, 3-5 word phrase with an emoji as a title for the previous query. Suitable Emojis "
                f"can be used to enhance understanding.\n\nPrompt:\n```\n{CONVERSATION}\n```",
            )
        ],
        Task.TITLE,
        TITLE,
    ),
    "open webui: tags": (
        [
            (
                "user",
                in_tags(
                    "Generate 1-3 broad tags categorizing the main themes of the chat history, with subtopic tags.",
                    '{ "tags": ["tag1", "tag2"] }',
                ),
            )
        ],
        Task.TAGS,
        '{"tags": ["Noctis Audio"]}',
    ),
    "open webui: tags of nothing in particular": (
        [("user", in_tags("Generate broad tags of the chat history.", '{ "tags": ["tag1"] }', "USER: hello\n"))],
        Task.TAGS,
        '{"tags": ["General"]}',
    ),
    "open webui: follow-ups": (
        [
            (
                "user",
                in_tags(
                    "Suggest 3-5 relevant follow-up questions or prompts that the user might naturally ask next in "
                    "this conversation as a **user**, based on the chat history.",
                    '{ "follow_ups": ["Question 1?", "Question 2?"] }',
                ),
            )
        ],
        Task.FOLLOW_UPS,
        '{"follow_ups": []}',
    ),
    "open webui: queries": (
        [
            (
                "user",
                in_tags(
                    "Analyze the chat history to determine the necessity of generating search queries, in the given "
                    "language. By default, **prioritize generating 1-3 broad and relevant search queries**.",
                    '{\n  "queries": ["query1", "query2"]\n}',
                ),
            )
        ],
        Task.QUERIES,
        '{"queries": ["Who founded Noctis Audio?"]}',
    ),
    "open webui: emoji": (
        [
            (
                "user",
                "Your task is to reflect the speaker's likely facial expression through a fitting emoji. Interpret "
                "emotions from the message (e.g., 😊, 😢).\n\nMessage: ```Who founded Noctis Audio?```",
            )
        ],
        Task.EMOJI,
        "💬",
    ),
    "open webui: autocompletion": (
        [
            (
                "user",
                "### Task:\nYou are an autocompletion system. Continue the text in `<text>` based on the **completion "
                'type** in `<type>`.\n### **Output Rules**:\n- Respond only in JSON format: `{ "text": "<more>" }`.\n'
                f"### Context:\n<chat_history>\n{CONVERSATION}\n</chat_history>\n<text>And who</text>\n#### Output:\n",
            )
        ],
        Task.COMPLETION,
        '{"text": ""}',
    ),
    "open webui: picture": (
        [
            (
                "user",
                in_tags("Generate a detailed prompt for am image generation task.", '{ "prompt": "A description." }'),
            )
        ],
        Task.IMAGE_PROMPT,
        '{"prompt": "Who founded Noctis Audio?"}',
    ),
    "open webui: tools": (
        [
            (
                "system",
                "Available Tools: []\n\nYour task is to choose and return the correct tool(s) from the list of "
                'available tools based on the query. Return only the JSON object. If none match: {"tool_calls": []}',
            ),
            ("user", "Query: History:\nUSER: Who founded Noctis Audio?\nQuery: Who founded Noctis Audio?"),
        ],
        Task.TOOLS,
        '{"tool_calls": []}',
    ),
    "librechat": (
        [
            (
                "user",
                "Provide a concise, 5-word-or-less title for the conversation, using title case conventions. Only "
                f"return the title itself.\n\nConversation:\n{CONVERSATION.replace('Assistant', 'AI')}",
            )
        ],
        Task.TITLE,
        TITLE,
    ),
    "librechat: with the language": (
        [
            (
                "user",
                "Analyze this conversation and provide:\n1. The detected language of the conversation\n2. A concise "
                f"title in the detected language (5 words or less)\n\n{CONVERSATION}",
            )
        ],
        Task.TITLE,
        TITLE,
    ),
    "librechat: as it was": (
        [
            ("system", "Please generate a concise, 5-word-or-less title for the conversation, with no punctuation."),
            ("user", '||>User:\n"Who founded Noctis Audio?"\n||>Response:\n"Petra Lund did."'),
        ],
        Task.TITLE,
        TITLE,
    ),
    "big-agi": (
        [
            ("system", "You are an AI conversation titles assistant who creates expressive yet few-words chat titles."),
            (
                "user",
                "Analyze the given short conversation (every line is truncated) and extract a concise chat title that "
                "summarizes the conversation in as little as a couple of words.\nOnly respond with the short title.\n\n"
                "```\n- You: Who founded Noctis Audio?\n- Assistant: Petra Lund [1]\n```",
            ),
        ],
        Task.TITLE,
        TITLE,
    ),
    "lobechat": (
        [
            (
                "system",
                "You are a professional conversation summarizer. Generate a concise title that captures the essence "
                "of the conversation.\n\nRules:\n- Output ONLY the title text, no explanations\n- Maximum 10 words",
            ),
            ("user", CONVERSATION.lower().replace("noctis audio", "Noctis Audio")),
        ],
        Task.TITLE,
        TITLE,
    ),
    "chat-ui": (
        [
            (
                "system",
                "You are a chat thread titling assistant.\nGoal: Produce a very short, descriptive title (2–4 words) "
                "that names the topic of the user's first message.\n\nRules:\n- Output ONLY the title text.",
            ),
            ("user", 'User message: "Who founded Noctis Audio?"'),
        ],
        Task.TITLE,
        TITLE,
    ),
    "cherry studio": (
        [
            (
                "system",
                "You are an assistant skilled in conversation. You need to summarize the user's conversation into a "
                "title within 10 words. Do not use punctuation marks or other special symbols",
            ),
            (
                "user",
                '[{"role": "user", "mainText": "Who founded Noctis Audio?"}, {"role": "assistant", "mainText": "P."}]',
            ),
        ],
        Task.TITLE,
        TITLE,
    ),
    "ai sdk template": (
        [
            (
                "system",
                "\n    - you will generate a short title based on the first message a user begins a conversation with"
                "\n    - ensure it is not more than 80 characters long",
            ),
            ("user", '{"role": "user", "parts": [{"type": "text", "text": "Who founded Noctis Audio?"}]}'),
        ],
        Task.TITLE,
        TITLE,
    ),
    "opencode": (
        [
            ("system", "You are a title generator. You output ONLY a thread title. Nothing else."),
            ("user", "Generate a title for this conversation:\n"),
            ("user", "Who founded Noctis Audio?"),
        ],
        Task.TITLE,
        TITLE,
    ),
    "nextchat": (
        [
            ("user", "Who founded Noctis Audio?"),
            ("assistant", "Petra Lund. [1]"),
            (
                "user",
                "Please generate a four to five word title summarizing our conversation without any lead-in, "
                "punctuation, quotation marks, periods, symbols, bold text, or additional text.",
            ),
        ],
        Task.TITLE,
        TITLE,
    ),
    "page assist": (
        [
            (
                "user",
                "Here is the query:\n\n--------------\n\nWho founded Noctis Audio?\n\n--------------\n\nCreate a "
                "concise, 3-5 word phrase as a title for the previous query. RESPOND ONLY WITH THE TITLE TEXT.\n\n\n"
                "Examples of titles:\n\nFamily Bonding",
            )
        ],
        Task.TITLE,
        TITLE,
    ),
    "jan": (
        [
            (
                "user",
                "Summarize in a 10-word Title. Give the title only. Here is the message: Who founded Noctis Audio?",
            )
        ],
        Task.TITLE,
        TITLE,
    ),
    "chatbox": (
        [
            (
                "user",
                "Based on the chat history, give this conversation a name.\nKeep it short, no quotes.\nJust provide "
                "the name, nothing else.\n\nHere's the conversation:\n\n```\nWho founded Noctis Audio?\n\n---------\n"
                "Petra Lund.\n```\n\nName this conversation.",
            )
        ],
        Task.TITLE,
        TITLE,
    ),
    "langchain": (
        [
            (
                "user",
                "Given the following conversation and a follow up question, rephrase the follow up question to be a "
                "standalone question.\n\nChat History:\nHuman: Who founded Noctis Audio?\nAssistant: Petra Lund.\n"
                "Follow Up Input: When was she born?\nStandalone question:",
            )
        ],
        Task.STANDALONE_QUESTION,
        "When was she born?",
    ),
    "llamaindex": (
        [
            (
                "user",
                "Given a conversation (between Human and Assistant) and a follow up message from Human, rewrite the "
                "message to be a standalone question that captures all relevant context from the conversation.\n\n"
                f"<Chat History>\n{CONVERSATION}\n\n<Follow Up Message>\nWhen was she born?\n\n<Standalone question>\n",
            )
        ],
        Task.STANDALONE_QUESTION,
        "When was she born?",
    ),
}
