// AWS SDK for JavaScript v3: ENDPOINT ARN, then the status of InvokeAgentRuntime and the error's name as JSON.
import { BedrockAgentCoreClient, InvokeAgentRuntimeCommand } from "@aws-sdk/client-bedrock-agentcore";

const [endpoint, agentRuntimeArn] = process.argv.slice(2);
const client = new BedrockAgentCoreClient({ endpoint, region: "us-east-1", maxAttempts: 1 });
const command = new InvokeAgentRuntimeCommand({
  agentRuntimeArn,
  qualifier: "DEFAULT",
  runtimeSessionId: "a-session-of-the-sdk-for-javascript-v3",
  contentType: "application/json",
  accept: "application/json",
  payload: new TextEncoder().encode('{"prompt": "Hello"}'),
});
try {
  const answer = await client.send(command);
  process.stdout.write(JSON.stringify({ status: answer.$metadata.httpStatusCode }));
} catch (error) {
  process.stdout.write(JSON.stringify({ status: error.$metadata?.httpStatusCode, error: error.name }));
}
