// Runs graphql-http's audits against a server and prints each outcome as one line of JSON.
import { serverAudits } from "graphql-http";

const { url } = JSON.parse(process.argv[2]);
for (const { id, name, fn } of serverAudits({ url })) {
  const { status, reason } = await fn();
  console.log(JSON.stringify({ id, name, status, reason }));
}
