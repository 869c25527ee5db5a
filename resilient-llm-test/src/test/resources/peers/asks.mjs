/** Asks a client all that a local vendor has an answer to, and prints what it read, a line each. */
export async function askAll({ asked, whole, streamed, told }) {
  console.log('whole:', await whole(asked('How are you?')));
  console.log('streamed:', await streamed(asked('How are you?')));
  console.log('call:', await whole(asked('Where is it?')));
  console.log('streamed call:', await streamed(asked('Where is it?')));
  console.log('told:', await told(asked('Where is it?')));
  console.log('refused:', await failed(whole(asked('Too much?'))));
  console.log('broken:', await failed(streamed(asked('And then?'))));
}

async function failed(answer) {
  try {
    return `no failure, but ${await answer}`;
  } catch (e) {
    return `${e.constructor.name} ${e.status} ${e.code ?? e.error?.error?.type}`;
  }
}
