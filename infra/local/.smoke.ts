import { startLocalCloud } from './localCloud.ts';
const c = await startLocalCloud({projectId:'valv-test-a',stateDir:null,functionsEntry:'/work/main/tests/integration/localCloud/functions.fixture.ts',hostingDir:null});
const origErr=console.error;
process.env['X']='1';
await fetch(`${c.urls.firestore}/v1/projects/valv-test-a/databases/(default)/documents/watched?documentId=d1`,{method:'POST',headers:{authorization:'Bearer owner','content-type':'application/json'},body:JSON.stringify({fields:{value:{stringValue:'x'}}})});
await new Promise(r=>setTimeout(r,2000));
const r=await fetch(`${c.urls.firestore}/v1/projects/valv-test-a/databases/(default)/documents/seen/d1`,{headers:{authorization:'Bearer owner'}});console.log(await r.text());
await c.stop();
