// graphql-ws's own client on one websocket: runs the operations that it is given, one after the
// other, and says a line of JSON for each message that it is sent and for the end.
import { createClient } from "graphql-ws";

const { url, connectionParams, keepAlive = 0, operations = [] } = JSON.parse(process.argv[2]);
const say = (line) => console.log(JSON.stringify(line));
let ids = 0;
const client = createClient({
  url,
  connectionParams,
  keepAlive,
  lazy: false,
  retryAttempts: 0,
  onNonLazyError() {},
  generateID: () => String(++ids),
  on: { message: say, closed: ({ code, reason }) => say({ code, reason }) },
});
if (keepAlive) await new Promise((answered) => client.on("pong", answered));
for (const { results = Infinity, ...payload } of operations) await run(payload, results);
await client.dispose();

// Until the server ends it, or so many results are there: then the client takes its leave.
function run(payload, results) {
  return new Promise((ended) => {
    let missing = results;
    const leave = client.subscribe(payload, {
      next: () => --missing || leave(),
      error: ended,
      complete: ended,
    });
  });
}
