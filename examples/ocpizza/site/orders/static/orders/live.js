// The order's status as it changes. Without a websocket, the page shows it when it is loaded again.
const shown = document.getElementById("status");

function listen(pause) {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${shown.dataset.live}`);
  socket.onopen = () => (pause = 1000);
  socket.onmessage = ({ data }) => (shown.textContent = data.slice(data.indexOf(" ") + 1));
  // The server restarts, or the connection was lost: again, more and more slowly. 1008 says that there is nothing to hear.
  socket.onclose = ({ code }) => code !== 1008 && setTimeout(listen, pause, Math.min(pause * 2, 60000));
}

if (shown.hasAttribute("data-open")) listen(1000);
