// Node before version 22 has no WebSocket of its own; later versions and browsers do.
import { WebSocket } from "ws";

globalThis.WebSocket ??= WebSocket;
