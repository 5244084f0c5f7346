using PhotoLambda;
using PhotoLambda.PublishToCdn;

return await FunctionStart.RunAsync("PublishToCdnFunction", () => PublishToCdnFunction.RunAsync());
