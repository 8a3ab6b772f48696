// Asks a service as programs in JavaScript do, by the official clients: node asks.mjs ADDRESS QUESTION. Tells what came, as JSON.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import OpenAI from "openai";

const [address, question] = process.argv.slice(2);
const official = new OpenAI({ baseURL: `${address}/v1`, apiKey: "none" });
const messages = [{ role: "user", content: question }];

async function whole() {
  const { choices } = await official.chat.completions.create({ model: "assistant", messages });
  return choices[0].message;
}

async function streamed() {
  const stream = await official.chat.completions.create({ model: "assistant", messages, stream: true });
  let content = "";
  for await (const chunk of stream) content += chunk.choices[0]?.delta?.content ?? "";
  return content;
}

async function responded() {
  const response = await official.responses.create({ model: "assistant", input: question });
  return { text: response.output_text, annotations: response.output[0].content[0].annotations };
}

async function refused() {
  try {
    await official.chat.completions.create({ model: "assistant", messages, n: 2 });
  } catch (error) {
    return { name: error.constructor.name, status: error.status, code: error.code };
  }
}

async function asTool() {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${address}/mcp`)));
  const { tools } = await client.listTools();
  const { structuredContent } = await client.callTool({ name: "ask", arguments: { question } });
  await client.close();
  return { tools: tools.map((tool) => tool.name), answer: structuredContent };
}

const { data } = await official.embeddings.create({ model: "assistant", input: question });
const told = {
  models: (await official.models.list()).data.map((model) => model.id),
  whole: await whole(),
  streamed: await streamed(),
  responded: await responded(),
  refused: await refused(),
  dimension: data[0].embedding.length,
  tool: await asTool(),
};
console.log(JSON.stringify(told));
