using PhotoLambda;
using PhotoLambda.OnObjectCreated;

return await FunctionStart.RunAsync("OnObjectCreatedFunction", () => OnObjectCreatedFunction.RunAsync());
